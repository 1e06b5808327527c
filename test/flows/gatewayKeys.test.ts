import assert from "node:assert/strict";
import { test } from "node:test";
import { generateKeyPair, SignJWT } from "jose";
import { MAX_AGE_MS, MAX_REFRESHES, REFRESH_GAP_MS } from "../../src/agentcore/authorizer/signingKeys.ts";
import { bulk } from "../support/bulk.ts";
import { type GatewayWorld, withGateway } from "../support/gatewayCaller.ts";
import { until } from "../support/until.ts";

const times = (count: number) => Array.from({ length: count }, (_, at) => at);

/** How many answers had which status. */
function counted(statuses: readonly number[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

const together = async (tokens: readonly string[], post: GatewayWorld["post"]) =>
  counted(await Promise.all(tokens.map(async (token) => (await post(token)).status)));

test("no call with a valid token fails while the issuer changes its keys, and each change is read once", async () => {
  // The clock stands still, so that what is read is read for a reason.
  const now = Date.now();
  await withGateway({ now: () => now }, async ({ gateway, issuer, post }) => {
    const statuses: number[] = [];
    let isOver = false;
    const callers = times(8).map(async () => {
      while (!isOver) statuses.push((await post(await issuer.token())).status);
    });
    const changes = MAX_REFRESHES - 1;
    for (const _ of times(changes)) {
      const enough = statuses.length + bulk(200);
      await until(() => statuses.length >= enough, "enough calls");
      await issuer.rotate("kept");
    }
    const enough = statuses.length + bulk(200);
    await until(() => statuses.length >= enough, "enough calls");
    isOver = true;
    await Promise.all(callers);
    assert.deepEqual(
      { failed: statuses.filter((status) => status !== 200), reads: gateway.counters().keyFetches, changes },
      { failed: [], reads: 1 + changes, changes },
    );
  });
});

test("however many calls bring a new key together, all pass, and the keys are read once for them", async () => {
  await withGateway({}, async ({ gateway, issuer, post }) => {
    const before = await together([await issuer.token()], post);
    await issuer.rotate();
    const tokens = await Promise.all(times(bulk(500)).map((at) => issuer.token({ jti: String(at) })));
    const after = await together(tokens, post);
    assert.deepEqual(
      { before, after, reads: gateway.counters().keyFetches },
      { before: { 200: 1 }, after: { 200: bulk(500) }, reads: 2 },
    );
  });
});

test("a key that was taken back opens nothing ten minutes later, however often its tokens passed before", async () => {
  let now = Date.now();
  await withGateway({ now: () => now }, async ({ gateway, issuer, post }) => {
    const old = await Promise.all(times(10).map((at) => issuer.token({ jti: String(at) })));
    const first = await together([...old, ...old], post);
    await issuer.rotate("taken back");
    now += MAX_AGE_MS - 1;
    const justBefore = await together(old, post);
    now += 1;
    const fresh = await Promise.all(times(10).map((at) => issuer.token({ jti: `new-${at}` })));
    const after = await together([...old, ...fresh], post);
    // Once when first needed, once when old, and then for a key id that is unknown by now.
    const bounded = gateway.counters().keyFetches <= 2 + MAX_REFRESHES;
    assert.deepEqual(
      { first, justBefore, after, bounded },
      { first: { 200: 20 }, justBefore: { 200: 10 }, after: { 200: 10, 401: 10 }, bounded: true },
    );
  });
});

test("tokens with made-up key ids keep nobody out, and a key that changes among them is read within ten seconds", async () => {
  let now = Date.now();
  await withGateway({ now: () => now }, async ({ gateway, issuer, post }) => {
    const { privateKey } = await generateKeyPair("RS256");
    let made = 0;
    const forged = (kid = `made-up-${made++}`) =>
      new SignJWT({ iss: issuer.issuer, aud: "api", sub: "eve", exp: Math.floor(now / 1000) + 600 })
        .setProtectedHeader({ alg: "RS256", kid })
        .sign(privateKey);
    const flood = async () => {
      for (const _ of times(20)) await post(await forged());
    };
    const good = await issuer.token();
    const atTheSameTime = await Promise.all(times(60).map(() => forged()));
    const first = (await together([...atTheSameTime, ...times(20).map(() => good)], post))[200];
    const before = gateway.counters().keyFetches;
    for (const _ of times(50)) await post(atTheSameTime[0]);
    const repeated = gateway.counters().keyFetches - before;
    await flood();
    await flood();
    const bounded = gateway.counters().keyFetches;
    const during = (await post(good)).status;
    const seen: unknown[] = [];
    for (const _ of times(3)) {
      await issuer.rotate();
      const fresh = await issuer.token();
      const atOnce = await post(fresh);
      now += REFRESH_GAP_MS;
      await flood();
      seen.push([atOnce.status, atOnce.challenge, (await post(fresh)).status]);
    }
    assert.deepEqual(
      { first, repeated, bounded, during, seen, documents: issuer.reads.keys === gateway.counters().keyFetches },
      {
        first: 20,
        repeated: 0,
        bounded: 1 + MAX_REFRESHES,
        during: 200,
        // Undecided at first: nobody is sent to sign in for another token by the same key.
        seen: times(3).map(() => [500, null, 200]),
        documents: true,
      },
    );
  });
});

test("a token without a key id passes at once after its issuer changed its key", async () => {
  await withGateway({}, async ({ gateway, issuer, post }) => {
    const nameless = () => issuer.token({}, { kid: undefined } as never);
    const before = await nameless();
    const first = (await post(before)).status;
    await issuer.rotate();
    const after = [(await post(await nameless())).status, (await post(before)).status];
    assert.deepEqual(
      { first, after, reads: gateway.counters().keyFetches },
      // Once when first needed, once for the new key, and once more for the key that was taken back.
      { first: 200, after: [200, 401], reads: 3 },
    );
  });
});

test("while the issuer is away its known keys work, a new one is undecided and not refused, and it is asked seldom", async () => {
  let now = Date.now();
  await withGateway({ now: () => now }, async ({ gateway, issuer, post }) => {
    const known = await issuer.token({ exp: Math.floor(now / 1000) + 24 * 3600 });
    const first = (await post(known)).status;
    await issuer.rotate();
    const unknown = await issuer.token({ exp: Math.floor(now / 1000) + 24 * 3600 });
    issuer.away(true);
    now += 3600_000;
    const before = gateway.counters().keyFetches;
    const away = await together(
      times(20).map(() => known),
      post,
    );
    const askedForKnown = gateway.counters().keyFetches - before;
    const undecided = await together(
      times(20).map(() => unknown),
      post,
    );
    for (const _ of times(10)) await post(unknown);
    const still = await post(unknown);
    const asked = gateway.counters().keyFetches - before;
    issuer.away(false);
    now += MAX_REFRESHES * REFRESH_GAP_MS;
    const back = [(await post(unknown)).status, (await post(known)).status];
    assert.deepEqual(
      { first, away, askedForKnown, undecided, still: [still.status, still.challenge], asked, back },
      {
        first: 200,
        away: { 200: 20 },
        askedForKnown: 1,
        undecided: { 500: 20 },
        still: [500, null],
        asked: 1 + MAX_REFRESHES,
        back: [200, 401],
      },
    );
  });
});

test("an issuer that was never there is not asked for every call, and is found soon after it comes", async () => {
  let now = Date.now();
  await withGateway({ now: () => now }, async ({ gateway, issuer, post }) => {
    const token = await issuer.token();
    issuer.away(true);
    const statuses: number[] = [];
    for (const _ of times(30)) statuses.push((await post(token)).status);
    const asked = gateway.counters().keyFetches;
    issuer.away(false);
    now += 10_000;
    assert.deepEqual(
      { statuses: counted(statuses), seldom: asked <= 6, back: (await post(token)).status },
      { statuses: { 500: 30 }, seldom: true, back: 200 },
    );
  });
});
