import assert from "node:assert/strict";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { type DecodedToken, decodedToken } from "../../../../src/agentcore/authorizer/decodedToken.ts";
import { signature } from "../../../../src/agentcore/authorizer/signature.ts";
import {
  MAX_AGE_MS,
  MAX_REFRESHES,
  REFRESH_GAP_MS,
  signingKeys,
} from "../../../../src/agentcore/authorizer/signingKeys.ts";
import { signatureCheck, testEachCheck } from "../../../support/eachCheck.ts";
import { until } from "../../../support/until.ts";

/** An issuer whose documents are in this process, and a clock that is moved by hand. */
async function startWorld() {
  const state = {
    now: 1_000_000,
    away: false,
    withKeyIds: true,
    sent: Promise.resolve(),
    held: 0,
    /** What stands among the keys. */
    beside: [] as readonly unknown[],
    /** A document in the place of the keys'. */
    instead: undefined as object | undefined,
  };
  const published: { kid: string; publicKey: CryptoKey; privateKey: CryptoKey }[] = [];
  const addKey = async (kid: string) => void published.push({ kid, ...(await generateKeyPair("ES256")) });
  /** The first key is another one now, with this id. */
  const replaceKey = async (kid: string) => {
    published[0] = { kid, ...(await generateKeyPair("ES256")) };
  };
  const fetchDocument = (async (url: string) => {
    if (state.away) return new Response("<html>", { status: 503 });
    if (String(url).endsWith("/keys")) {
      const keys = await Promise.all(
        published.map(async ({ kid, publicKey }) => ({
          ...(await exportJWK(publicKey)),
          ...(state.withKeyIds && { kid }),
        })),
      );
      // What is in the answer was decided before it is held back.
      state.held++;
      await state.sent;
      return Response.json(state.instead ?? { keys: [...state.beside, ...keys] });
    }
    return Response.json({ issuer: "https://idp.example", jwks_uri: "https://idp.example/keys" });
  }) as typeof fetch;
  const keys = signingKeys("https://idp.example/.well-known/openid-configuration", {
    fetch: fetchDocument,
    now: () => state.now,
  });
  const check = async (signer: CryptoKey, kid: string | undefined) => {
    const header = { alg: "ES256", ...(kid !== undefined && { kid }) };
    const text = await new SignJWT({ iss: "https://idp.example" }).setProtectedHeader(header).sign(signer);
    const token = decodedToken(text) as DecodedToken;
    return await signature(token, { keys, now: () => state.now, check: signatureCheck() }).then(
      ({ finding }) => finding.ok,
      (error: Error) => error.constructor.name,
    );
  };
  /** Holds answers back, until what it hands back is called. */
  const hold = () => {
    let release = () => {};
    state.sent = new Promise((resolve) => {
      release = resolve;
    });
    state.held = 0;
    return release;
  };
  /** Lets all that can go on go on until an answer is held back, and all tokens have come to wait for it. */
  const settled = async () => {
    await until(() => state.held > 0, "somebody who asks for the keys");
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  await addKey("one");
  return {
    hold,
    settled,
    state,
    keys,
    check,
    addKey,
    replaceKey,
    key: (at: number) => published[at]?.privateKey as CryptoKey,
  };
}

testEachCheck("keys are read once for all tokens, however many arrive together", async () => {
  const world = await startWorld();
  const checks = await Promise.all([1, 2, 3, 4].map(() => world.check(world.key(0), "one")));
  assert.deepEqual({ checks, fetches: world.keys.fetches() }, { checks: [true, true, true, true], fetches: 1 });
});

testEachCheck("a new key is found when a token names it, and made-up key ids cannot make us ask for ever", async () => {
  const world = await startWorld();
  const stranger = (await generateKeyPair("ES256")).privateKey;
  const first = await world.check(world.key(0), "one");
  await world.addKey("two");
  const rotated = await world.check(world.key(1), "two");
  const madeUp = [];
  for (let n = 0; n < 20; n++) madeUp.push(await world.check(stranger, `made-up-${n}`));
  const afterFlood = world.keys.fetches();
  const known = await world.check(world.key(0), "one");
  await world.addKey("three");
  world.state.now += REFRESH_GAP_MS;
  const later = await world.check(world.key(2), "three");
  assert.deepEqual(
    { first, rotated, madeUp, afterFlood, known, later },
    {
      first: true,
      rotated: true,
      // Nobody can say about those for which the keys are not read any more.
      madeUp: [...Array(MAX_REFRESHES - 1).fill(false), ...Array(21 - MAX_REFRESHES).fill("KeysUnavailable")],
      afterFlood: 1 + MAX_REFRESHES,
      known: true,
      later: true,
    },
  );
});

testEachCheck("a made-up key id that is repeated takes the reads from nobody", async () => {
  const world = await startWorld();
  const stranger = (await generateKeyPair("ES256")).privateKey;
  await world.check(world.key(0), "one");
  const before = world.keys.fetches();
  const madeUp = [];
  for (let n = 0; n < 50; n++) madeUp.push(await world.check(stranger, "made-up"));
  const asked = world.keys.fetches() - before;
  await world.addKey("two");
  const rotated = await world.check(world.key(1), "two");
  assert.deepEqual(
    { refused: madeUp.filter((ok) => ok === false).length, asked, rotated },
    { refused: 50, asked: 1, rotated: true },
  );
});

testEachCheck(
  "whatever key ids are made up without end, a new key is found within the gap between two reads",
  async () => {
    const world = await startWorld();
    const stranger = (await generateKeyPair("ES256")).privateKey;
    await world.check(world.key(0), "one");
    let made = 0;
    const flood = async () => {
      for (let n = 0; n < 10; n++) await world.check(stranger, `made-up-${made++}`);
    };
    const seen: unknown[] = [];
    for (const at of [1, 2, 3]) {
      await flood();
      await world.addKey(`new-${at}`);
      const atOnce = await world.check(world.key(at), `new-${at}`);
      world.state.now += REFRESH_GAP_MS;
      // A made-up one takes the next read, too; what it brings is there for all.
      await flood();
      seen.push([atOnce, await world.check(world.key(at), `new-${at}`)]);
      world.state.now += 1;
    }
    assert.deepEqual(seen, Array(3).fill(["KeysUnavailable", true]));
  },
);

testEachCheck(
  "a token by a key that is no more is refused once the keys were read, whoever had them read",
  async () => {
    const world = await startWorld();
    const stranger = (await generateKeyPair("ES256")).privateKey;
    await world.check(world.key(0), "one");
    for (let n = 0; n < MAX_REFRESHES; n++) await world.check(stranger, `made-up-${n}`);
    const atFirst = await world.check(stranger, "of long ago");
    world.state.now += REFRESH_GAP_MS;
    await world.check(stranger, "made-up");
    const afterRead = await world.check(stranger, "of long ago");
    assert.deepEqual({ atFirst, afterRead }, { atFirst: "KeysUnavailable", afterRead: false });
  },
);

for (const count of [1, 2]) {
  testEachCheck(`a new key is found by a token without a key id, among ${count} of its kind`, async () => {
    const world = await startWorld();
    world.state.withKeyIds = false;
    if (count === 2) await world.addKey("two");
    const before = await world.check(world.key(0), undefined);
    await world.addKey("new");
    const rotated = await world.check(world.key(count), undefined);
    const reads = world.keys.fetches();
    const stranger = (await generateKeyPair("ES256")).privateKey;
    const forged = [];
    for (let n = 0; n < 20; n++) forged.push(await world.check(stranger, undefined));
    assert.deepEqual(
      { before, rotated, reads, passed: forged.filter((ok) => ok === true), bounded: world.keys.fetches() },
      { before: true, rotated: true, reads: 2, passed: [], bounded: 1 + MAX_REFRESHES },
    );
  });
}

testEachCheck(
  "an issuer that is away is no reason to refuse a token, and its known keys go on being used",
  async () => {
    const world = await startWorld();
    world.state.away = true;
    const never = await world.check(world.key(0), "one");
    world.state.away = false;
    const back = await world.check(world.key(0), "one");
    world.state.away = true;
    world.state.now += 3600_000;
    const before = world.keys.fetches();
    const old = [await world.check(world.key(0), "one"), await world.check(world.key(0), "one")];
    const asked = world.keys.fetches() - before;
    assert.deepEqual(
      { never, back, old, asked },
      { never: "KeysUnavailable", back: true, old: [true, true], asked: 1 },
    );
  },
);

testEachCheck("a token without a key id may be from any of the issuer's keys, and from no other", async () => {
  const world = await startWorld();
  world.state.withKeyIds = false;
  await world.addKey("two");
  const stranger = (await generateKeyPair("ES256")).privateKey;
  assert.deepEqual(
    {
      first: await world.check(world.key(0), undefined),
      second: await world.check(world.key(1), undefined),
      stranger: await world.check(stranger, undefined),
    },
    { first: true, second: true, stranger: false },
  );
});

testEachCheck("a key that was replaced under its id is known with the first token that it signed", async () => {
  const world = await startWorld();
  const before = await world.check(world.key(0), "one");
  const old = world.key(0);
  await world.replaceKey("one");
  const checks = [await world.check(world.key(0), "one"), await world.check(old, "one")];
  assert.deepEqual(
    { before, checks, fetches: world.keys.fetches() },
    { before: true, checks: [true, false], fetches: 2 },
  );
});

testEachCheck(
  "forged signatures have the keys read once in a gap, take no read from a new key, and stay refused while the issuer is away",
  async () => {
    const world = await startWorld();
    const stranger = (await generateKeyPair("ES256")).privateKey;
    const forged = async (count: number) => {
      const before = world.keys.fetches();
      const passed = await Promise.all(Array.from({ length: count }, () => world.check(stranger, "one")));
      return { passed: new Set(passed), fetches: world.keys.fetches() - before };
    };
    await world.check(world.key(0), "one");
    const many = [await forged(50), await forged(50)];
    world.state.now += REFRESH_GAP_MS;
    const later = await forged(50);
    const rotated: unknown[] = [];
    for (let n = 0; n < MAX_REFRESHES; n++) {
      await world.addKey(`new-${n}`);
      rotated.push(await world.check(world.key(n + 1), `new-${n}`));
    }
    world.state.away = true;
    world.state.now += REFRESH_GAP_MS;
    const away = await forged(1);
    const refused = new Set([false]);
    assert.deepEqual(
      { many, later, rotated: new Set(rotated), away },
      {
        many: [
          { passed: refused, fetches: 1 },
          { passed: refused, fetches: 0 },
        ],
        later: { passed: refused, fetches: 1 },
        rotated: new Set([true]),
        away: { passed: refused, fetches: 1 },
      },
    );
  },
);

/** What issuers had among their keys, or might have. */
const noKeys: readonly unknown[] = [
  null,
  1,
  "RSA",
  true,
  [],
  {},
  { kid: "one" },
  { kty: null },
  { kty: "none", kid: "one" },
];

testEachCheck("what is no key among an issuer's keys is ignored, and the keys are good", async () => {
  const world = await startWorld();
  world.state.beside = noKeys;
  await world.addKey("two");
  const named = [await world.check(world.key(0), "one"), await world.check(world.key(1), "two")];
  world.state.withKeyIds = false;
  world.state.now += MAX_AGE_MS;
  assert.deepEqual([...named, await world.check(world.key(1), undefined)], [true, true, true]);
});

testEachCheck("an issuer whose keys are no list leaves tokens undecided", async () => {
  for (const keys of [undefined, null, 5, "keys", {}]) {
    const world = await startWorld();
    world.state.instead = { keys };
    assert.equal(await world.check(world.key(0), "one"), "KeysUnavailable");
  }
});

testEachCheck("a key id of the issuer on a token that another key signed is no signature", async () => {
  const world = await startWorld();
  const stranger = (await generateKeyPair("ES256")).privateKey;
  assert.equal(await world.check(stranger, "one"), false);
});

testEachCheck(
  "a new key that many tokens name at once is read once for all of them, and uses up one of the reads",
  async () => {
    const world = await startWorld();
    await world.check(world.key(0), "one");
    const seen: unknown[] = [];
    for (const at of [1, 2, 3, 4, 5]) {
      await world.addKey(`new-${at}`);
      const before = world.keys.fetches();
      const release = world.hold();
      const checks = Array.from({ length: 20 }, () => world.check(world.key(at), `new-${at}`));
      await world.settled();
      release();
      seen.push([(await Promise.all(checks)).filter((ok) => ok !== true), world.keys.fetches() - before]);
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 5 }, () => [[], 1]),
    );
  },
);

testEachCheck("a read that began before a key was published does not keep that key's tokens out", async () => {
  const world = await startWorld();
  await world.check(world.key(0), "one");
  const release = world.hold();
  const madeUp = world.check((await generateKeyPair("ES256")).privateKey, "made-up");
  await world.settled();
  await world.addKey("two");
  const second = world.check(world.key(1), "two");
  await world.settled();
  release();
  assert.deepEqual(
    { madeUp: await madeUp, second: await second, reads: world.keys.fetches() },
    { madeUp: false, second: true, reads: 3 },
  );
});

testEachCheck(
  "a key set that did not change is the same set, with the keys and tokens it knew, and any change makes another",
  async () => {
    const world = await startWorld();
    const first = await world.keys.current();
    world.state.now += 3600_000;
    const same = await world.keys.current();
    await world.addKey("two");
    world.state.now += 3600_000;
    const other = await world.keys.current();
    assert.deepEqual(
      { same: same === first, other: other === first, reads: world.keys.fetches() },
      { same: true, other: false, reads: 3 },
    );
  },
);
