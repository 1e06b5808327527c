import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { MAX_AGE_MS } from "../../../../src/agentcore/authorizer/signingKeys.ts";
import { verifiedTokens } from "../../../../src/agentcore/authorizer/verifiedTokens.ts";
import { nodeTokenHash as hash } from "../../../../src/gateway/nodeTokenCrypto.ts";
import { runs } from "../../../support/bulk.ts";
import { startAuthorizer, testEachCheck } from "../../../support/eachCheck.ts";
import { newKey, type SigningKey, sign } from "../../../support/issuerInProcess.ts";

let keys: SigningKey[];

before(async () => {
  // Two of them are called `a`: an issuer may replace a key and keep its name.
  keys = await Promise.all(["a", "a", "b", "c"].map((kid) => newKey("ES256", kid)));
});

const keyAt = (index: number): SigningKey => keys[index] as SigningKey;

test("a token is remembered until its end, the one that was not seen for longest goes first, and there are never more", () => {
  const memory = verifiedTokens(2);
  memory.remember("first", 100);
  memory.remember("second", 100);
  const again = memory.has("first", 0);
  memory.remember("third", 50);
  const seen = ["first", "second", "third"].map((one) => memory.has(one, 49));
  const ended = memory.has("third", 50);
  assert.deepEqual(
    { again, seen, ended, size: memory.size() },
    { again: true, seen: [true, false, true], ended: false, size: 1 },
  );
});

testEachCheck("only tokens with a good signature are remembered, by their hash and never by themselves", async () => {
  const { decision, signing } = startAuthorizer([keyAt(0).jwk], { hash });
  const good = await sign(keyAt(0));
  await decision(await sign(keyAt(1)));
  await decision(await sign(keyAt(0), { exp: 1 }));
  const before = (await signing.current()).verified.size();
  await decision(good);
  const { verified } = await signing.current();
  assert.deepEqual(
    { before, after: verified.size(), byItself: verified.has(good, 0), byHash: verified.has(hash(good), 0) },
    { before: 0, after: 1, byItself: false, byHash: true },
  );
});

testEachCheck("a remembered token's signature is not verified again, and its claims are judged each time", async () => {
  const { decision, state, signing } = startAuthorizer([keyAt(0).jwk], { hash });
  const token = await sign(keyAt(0), { exp: state.nowMs / 1000 + 60 });
  const known = await signing.current();
  const first = await decision(token);
  let finds = 0;
  // Whoever looks for a key is about to verify.
  const { find } = known;
  const counted: typeof find = (...of) => {
    finds++;
    return find(...of);
  };
  Object.assign(known, { find: counted });
  const second = await decision(token);
  const otherRules = await decision(token, { discoveryUrl: "", allowedAudience: ["x"] });
  const findsMeanwhile = finds;
  state.nowMs += 60_000;
  const ended = await decision(token);
  assert.deepEqual(
    { first, second, otherRules, findsMeanwhile, ended },
    {
      first: "allowed",
      second: "allowed",
      otherRules: "invalidToken audience",
      findsMeanwhile: 0,
      ended: "invalidToken expiry",
    },
  );
});

testEachCheck(
  "a key that was taken back, or replaced under its name, ends all that was remembered when the keys are read again",
  async () => {
    const seen: Record<string, string[]> = {};
    for (const [name, after] of Object.entries({ removed: [2], replaced: [1], kept: [0], joined: [0, 2] })) {
      const { decision, state } = startAuthorizer([keyAt(0).jwk], { hash });
      const token = await sign(keyAt(0));
      const before = await decision(token);
      state.keys = after.map((one) => keyAt(one).jwk);
      state.nowMs += MAX_AGE_MS - 1;
      const justBefore = await decision(token);
      state.nowMs += 1;
      seen[name] = [before, justBefore, await decision(token)];
    }
    assert.deepEqual(seen, {
      removed: ["allowed", "allowed", "invalidToken signature"],
      replaced: ["allowed", "allowed", "invalidToken signature"],
      kept: ["allowed", "allowed", "allowed"],
      joined: ["allowed", "allowed", "allowed"],
    });
  },
);

type Step =
  | { readonly kind: "show"; readonly token: number }
  | { readonly kind: "publish"; readonly keys: readonly number[] }
  | { readonly kind: "wait"; readonly seconds: number }
  | { readonly kind: "deny"; readonly token: number }
  | { readonly kind: "away"; readonly yes: boolean };

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("show" as const), token: fc.nat(15) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("publish" as const), keys: fc.subarray([0, 1, 2, 3]) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("wait" as const),
        seconds: fc.constantFrom(1, 29, 30, 60, 599, 600, 900),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("deny" as const), token: fc.nat(15) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("away" as const), yes: fc.boolean() }) },
  ),
  { minLength: 25, maxLength: 60, size: "max" },
);

testEachCheck(
  "whatever happens to keys, clock and deny list, memory never changes a decision or a read of the keys",
  async () => {
    const start = startAuthorizer([]).state.nowMs / 1000;
    // Four tokens of each key, by their end: soon, later, much later, and one without a key id.
    const tokens = await Promise.all(
      Array.from({ length: 16 }, (_, at) => {
        const exp = start + ([45, 700, 3600, 3600][at % 4] as number);
        return sign(keyAt(Math.floor(at / 4)), { exp, jti: String(at) }, at % 4 === 3 ? { kid: undefined } : {});
      }),
    );
    const shown = { allowed: 0, afterAllowed: 0 };
    const how = runs(1000, 25);
    await fc.assert(
      fc.asyncProperty(steps, async (all: readonly Step[]) => {
        const denied: string[] = [];
        const beyond = { deniedTokenIds: denied };
        const first = [keyAt(0), keyAt(2), keyAt(3)].map(({ jwk }) => jwk);
        const plain = { beyond, check: undefined };
        const both = [startAuthorizer(first, plain), startAuthorizer(first, { beyond, hash })] as const;
        const passed = new Set<number>();
        for (const step of all) {
          for (const { state } of both) {
            if (step.kind === "publish") state.keys = step.keys.map((one) => keyAt(one).jwk);
            if (step.kind === "wait") state.nowMs += step.seconds * 1000;
            if (step.kind === "away") state.away = step.yes;
          }
          if (step.kind === "deny") denied.push(String(step.token));
          if (step.kind !== "show") continue;
          const token = tokens[step.token] as string;
          const [without, withMemory] = [await both[0].decide(token), await both[1].decide(token)];
          assert.deepEqual(withMemory, without);
          assert.deepEqual(both[1].urls, both[0].urls);
          if (without.kind === "allowed") shown.allowed++;
          if (passed.has(step.token) && without.kind !== "allowed") shown.afterAllowed++;
          if (without.kind === "allowed") passed.add(step.token);
        }
      }),
      how,
    );
    // The sequences reach what they are for: tokens that pass, and tokens that passed and then do not.
    assert.deepEqual(
      { allowed: shown.allowed > 0.3 * how.numRuns, afterAllowed: shown.afterAllowed > 0.06 * how.numRuns },
      { allowed: true, afterAllowed: true },
    );
  },
);
