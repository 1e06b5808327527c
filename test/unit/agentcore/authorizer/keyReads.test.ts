import assert from "node:assert/strict";
import { test } from "node:test";
import { errors } from "jose";
import { type DecodedToken, decodedToken } from "../../../../src/agentcore/authorizer/decodedToken.ts";
import { signature } from "../../../../src/agentcore/authorizer/signature.ts";
import {
  FIRST_READ_GAP_MS,
  type KeySet,
  MAX_AGE_MS,
  MAX_FIRST_READS,
  MAX_REFRESHES,
  MAX_REREADS,
  MOST_SOUGHT,
  REFRESH_GAP_MS,
  RETRY_MS,
  signingKeys,
} from "../../../../src/agentcore/authorizer/signingKeys.ts";
import { verifiedTokens } from "../../../../src/agentcore/authorizer/verifiedTokens.ts";
import type { HttpFetch } from "../../../../src/lib/httpPort.ts";
import { ISSUER, newKey, sign, startAuthorizer } from "../../../support/issuerInProcess.ts";

const discoveryUrl = "https://idp.example/.well-known/openid-configuration";
const away = `${discoveryUrl} answered with HTTP 503`;
const tooOften = "the key is not known, and the issuer was asked for its keys too often";

/** Keys of an issuer in this process, whose clock is moved by hand, and what an outage hears. */
function start() {
  const state = { now: 1_000_000, isAway: false, key: "one" };
  const heard: string[] = [];
  const answer = async (url: string | URL) => {
    if (state.isAway) return new Response("", { status: 503 });
    if (String(url) !== discoveryUrl) return Response.json({ keys: [{ kty: "EC", kid: state.key }] });
    return Response.json({ issuer: "https://idp.example", jwks_uri: "https://idp.example/keys" });
  };
  const outage = { failed: ({ message }: Error) => void heard.push(message), worked: () => void heard.push("worked") };
  const keys = signingKeys(discoveryUrl, { fetch: answer as HttpFetch, now: () => state.now, outage });
  /** How an act ends, and how often the keys were read for it. */
  const during = async (act: () => Promise<KeySet | undefined>) => {
    const before = keys.fetches();
    const ending = await act().then(
      (set) => (set ? "keys" : "none"),
      (error: Error) => error.message,
    );
    return [ending, keys.fetches() - before];
  };
  return { state, heard, keys, during, current: () => during(() => keys.current()) };
}

/** One whose keys were read. */
async function started() {
  const world = start();
  const known = await world.keys.current();
  const sought = (name: string) => world.during(() => world.keys.newerThan(known, name));
  const changed = () => world.during(() => world.keys.changedSince(known));
  return { ...world, known, sought, changed };
}

test("keys are used for ten minutes, and an issuer that is away is asked again after half a minute", async () => {
  assert.deepEqual([MAX_AGE_MS, RETRY_MS, REFRESH_GAP_MS, FIRST_READ_GAP_MS], [600_000, 30_000, 10_000, 2000]);
  const { state, heard, current } = await started();
  const seen = [await current()];
  for (const ms of [MAX_AGE_MS - 1, 1]) {
    state.now += ms;
    seen.push(await current());
  }
  state.isAway = true;
  for (const ms of [MAX_AGE_MS, 0, RETRY_MS - 1, 1]) {
    state.now += ms;
    seen.push(await current());
  }
  assert.deepEqual(
    { seen, heard },
    {
      seen: [0, 0, 1, 1, 0, 0, 1].map((reads) => ["keys", reads]),
      heard: ["worked", "worked", away, away],
    },
  );
});

test("an issuer that was never read is asked a few times, then once in a gap, and its failure is told meanwhile", async () => {
  const { state, heard, current } = start();
  state.isAway = true;
  const first = [];
  for (let n = 0; n < MAX_FIRST_READS + 3; n++) first.push(await current());
  const later = [];
  for (const ms of [FIRST_READ_GAP_MS - 1, 1, 0, FIRST_READ_GAP_MS * 100]) {
    state.now += ms;
    later.push(await current());
  }
  const afterLong = [];
  for (let n = 0; n < MAX_FIRST_READS + 1; n++) afterLong.push((await current())[1]);
  state.now -= 1_000_000;
  const setBack = await current();
  state.now += FIRST_READ_GAP_MS;
  state.isAway = false;
  const back = await current();
  // The first of all is no second try, and takes none of them.
  const tries = MAX_FIRST_READS + 1;
  assert.deepEqual(
    { first, later, afterLong, setBack, back, last: heard.at(-1) },
    {
      first: [...Array(tries).fill([away, 1]), ...Array(2).fill([away, 0])],
      later: [0, 1, 0, 1].map((reads) => [away, reads]),
      afterLong: [...Array(MAX_FIRST_READS - 1).fill(1), 0, 0],
      setBack: [away, 0],
      back: ["keys", 1],
      last: "worked",
    },
  );
});

test("a key that was sought is not sought again within the gap, however its clock goes", async () => {
  const { state, sought } = await started();
  const seen = [await sought("a"), await sought("a")];
  state.now += REFRESH_GAP_MS - 1;
  seen.push(await sought("a"));
  state.now += 1;
  seen.push(await sought("a"));
  state.now -= 1;
  seen.push(await sought("a"));
  assert.deepEqual(
    seen,
    [1, 0, 0, 1, 1].map((reads) => ["none", reads]),
  );
});

test("keys that changed are there at once for whoever knows the old ones, and are read once for a key that is new", async () => {
  const { state, keys, known, sought, changed } = await started();
  state.key = "two";
  const first = await sought("two");
  const newer = await keys.newerThan(known, "two");
  const seen = [await sought("three"), await changed()];
  assert.deepEqual(
    { first, seen, same: newer === (await keys.current()) },
    {
      ...{ first: ["keys", 1], seen: Array(2).fill(["keys", 0]), same: true },
    },
  );
});

test("when the keys were read too often it is not known whether there is one, and the reason says so or why", async () => {
  const { state, sought } = await started();
  const seen = [];
  for (let n = 0; n <= MAX_REFRESHES; n++) seen.push(await sought(`made-up-${n}`));
  state.isAway = true;
  state.now += REFRESH_GAP_MS;
  const whileAway = [await sought("x"), await sought("y")];
  assert.deepEqual(
    { seen, whileAway },
    {
      seen: [...Array(MAX_REFRESHES).fill(["none", 1]), [tooOften, 0]],
      whileAway: [
        [away, 1],
        [away, 0],
      ],
    },
  );
});

test("a bad signature has the keys read once in a gap, and beside the reads for new keys", async () => {
  const { state, sought, changed } = await started();
  assert.equal(MAX_REREADS, 1);
  const seen = [await changed(), await changed(), await sought("a")];
  state.now += REFRESH_GAP_MS;
  state.key = "two";
  seen.push(await changed());
  assert.deepEqual(seen, [
    ["none", 1],
    ["none", 0],
    ["none", 1],
    ["keys", 1],
  ]);
});

test("a key id that nobody has is not remembered for its length, so that it fills no memory", async () => {
  const { sought } = await started();
  const [longest, longer] = ["x".repeat(1024), "y".repeat(1025)];
  const seen = [await sought(longest), await sought(longest), await sought(longer), await sought(longer)];
  assert.deepEqual(
    seen.map(([, reads]) => reads),
    [1, 0, 1, 1],
  );
});

test("of many missing keys a thousand are remembered, those that were sought last", async () => {
  assert.equal(MOST_SOUGHT, 1000);
  const { keys, known, sought } = await started();
  await sought("first");
  // All but the first of them wait for its read. The second begins the next, and the one after looks for a thousand more.
  await Promise.all(Array.from({ length: MOST_SOUGHT + 3 }, (_, at) => keys.newerThan(known, `made-up-${at}`)));
  await sought("one more than may wait");
  // The last read that there is; whatever is not remembered could not be sought any more.
  const last = await sought("last");
  const names = ["first", ...[0, 2, 3, 1001, 1002].map((at) => `made-up-${at}`), "one more than may wait", "last"];
  const seen: string[] = [];
  for (const name of names) if ((await sought(name))[0] === "none") seen.push(name);
  assert.deepEqual({ last, seen }, { last: ["none", 1], seen: ["made-up-3", "made-up-1001", "last"] });
});

test("whoever waits for a read takes none of the tries, of the first read and of one for a bad signature", async () => {
  const never = start();
  never.state.isAway = true;
  await never.current();
  const before = never.keys.fetches();
  await Promise.all(Array.from({ length: 20 }, () => never.current()));
  const together = never.keys.fetches() - before;
  const left = [];
  for (let n = 0; n < MAX_FIRST_READS; n++) left.push((await never.current())[1]);
  const { state, keys, known } = await started();
  state.key = "two";
  const sets = await Promise.all([1, 2, 3].map(() => keys.changedSince(known)));
  assert.deepEqual(
    { together, left, changed: sets.map((set) => set !== undefined) },
    { together: 1, left: [...Array(MAX_FIRST_READS - 1).fill(1), 0], changed: [true, true, true] },
  );
});

test("a gap begins when the reads are used, and anew when the clock is set back", async () => {
  const { state, sought } = await started();
  let count = 0;
  const reads = async (tries: number) => {
    let read = 0;
    for (let n = 0; n < tries; n++) read += Number((await sought(`made-up-${count++}`))[1]);
    return read;
  };
  const half = REFRESH_GAP_MS / 2;
  const seen: number[] = [];
  for (const [ms, tries] of [
    // They were all there, and are used in the middle of a gap.
    ...([
      [half, 9],
      [half, 1],
      [half, 2],
    ] as const),
    // One was missing, and came back.
    ...([
      [REFRESH_GAP_MS * 9, 1],
      [REFRESH_GAP_MS * 1.5, 9],
      [half, 1],
      [half, 2],
    ] as const),
    ...([
      [-half, 1],
      [half, 1],
      [half, 2],
    ] as const),
  ]) {
    state.now += ms;
    seen.push(await reads(tries));
  }
  assert.deepEqual(seen, [...[5, 0, 1], ...[1, 5, 0, 1], ...[0, 0, 1]]);
});

test("however often keys change, they are read twice for one token, and what breaks a key has them read again", async () => {
  const token = decodedToken(await sign(await newKey("ES256", "x"))) as DecodedToken;
  let asked = 0;
  const set = (): KeySet => ({
    ...{ issuer: ISSUER, jwksUri: "", verified: verifiedTokens() },
    find: async () => await Promise.reject(new errors.JWKSNoMatchingKey()),
  });
  const newerThan = async () => {
    asked++;
    return asked > 20 ? undefined : set();
  };
  const keys = { current: async () => set(), newerThan, changedSince: async () => undefined, fetches: () => 0 };
  const { finding } = await signature(token, { keys, now: () => 0 });
  assert.deepEqual([finding.ok, finding.claim, asked], [false, "kid", 2]);
  const good = await newKey("ES256", "one");
  const { x: _, ...broken } = good.jwk;
  const { state, signing, decision } = startAuthorizer([broken as typeof good.jwk]);
  await signing.current();
  state.keys = [good.jwk];
  assert.equal(await decision(await sign(good)), "allowed");
});

test("while key ids are invented without end, a new key is learned within a gap, and the issuer is asked no more than once in each", async () => {
  const { state, keys, known } = await started();
  let made = 0;
  const invent = () => keys.newerThan(known, `invented ${made++}`).catch((error: Error) => error.message);
  const minute = 60_000;
  const [begun, before] = [state.now, keys.fetches()];
  for (; state.now < begun + minute; state.now += 100) for (let more = 0; more < 20; more++) await invent();
  assert.equal(keys.fetches() - before, MAX_REFRESHES + minute / REFRESH_GAP_MS - 1);
  // The worst moment for a new key: right after a read.
  const reads = keys.fetches();
  while (keys.fetches() === reads) {
    state.now += 100;
    await invent();
  }
  const rotated = state.now;
  state.key = "two";
  const told = new Set<string>();
  let set: KeySet | undefined;
  while (set === undefined) {
    for (let more = 0; more < 20; more++) await invent();
    set = await keys.newerThan(known, "two").catch((error: Error) => void told.add(error.message));
    // Nobody is told that there is no such key, which would send people to sign in again.
    if (set === undefined) assert.deepEqual([...told], [tooOften]);
    if (set === undefined) state.now += 100;
  }
  assert.ok(state.now - rotated <= REFRESH_GAP_MS, `${state.now - rotated} ms`);
});
