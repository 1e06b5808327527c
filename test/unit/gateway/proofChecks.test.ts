import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Decision } from "../../../src/agentcore/authorizer/authorizer.ts";
import type { ProofRules } from "../../../src/agentcore/authorizer/beyondAgentCore.ts";
import { createProofChecks } from "../../../src/gateway/proofs/proofChecks.ts";
import { presented, provenDecision } from "../../../src/gateway/proofs/provenDecision.ts";
import { asymmetricAlgorithms } from "../../../src/lib/asymmetricAlgorithms.ts";
import { type ProofMaker, proofMaker, tokenHash } from "../../support/dpop/proofMaker.ts";

const AT = 1_800_000_000;
const url = "https://gateway.example/mcp";
const rule = "proof";
const beyondAgentCore = true;
const caller = { issuer: "https://idp.example", subject: "ada", client: undefined, scopes: [] };
const allowed: Decision = { kind: "allowed", caller, findings: [] };

let maker: ProofMaker;
let rsa: ProofMaker;
let okp: ProofMaker;

before(async () => {
  [maker, rsa, okp] = await Promise.all([proofMaker(), proofMaker("RS256"), proofMaker("Ed25519")]);
});

/** A token with these claims. Its signature was looked at before. */
const tokenOf = (claims: object): string =>
  `${Buffer.from('{"alg":"ES256"}').toString("base64url")}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;

/** Proofs for requests of one token, at one time that is moved by hand. */
function start(rules: ProofRules = {}, cnf: unknown = { jkt: maker.thumbprint }) {
  const clock = { ms: AT * 1000 };
  const checks = createProofChecks(() => clock.ms);
  const token = tokenOf({ sub: "ada", cnf });
  const good = () => ({ htm: "POST", htu: url, ath: tokenHash(token), iat: Math.floor(clock.ms / 1000) });
  const decide = async (proof: string | null, scheme = "DPoP", decision: Decision = allowed) => {
    const how = presented(`${scheme} ${token}`, rules);
    const addresses = [url, "http://127.0.0.1:8080/mcp", "http://a@localhost/mcp", "http://:a@localhost/mcp"];
    return await provenDecision(decision, how, { proof, method: "POST", addresses }, { rules, checks });
  };
  const proven = async (claims: Readonly<Record<string, unknown>> = {}, header = {}) =>
    await decide(await maker.proof({ ...good(), ...claims }, header));
  return { clock, checks, token, good, decide, proven };
}

const refusal = (claim: string, expected: unknown, found: unknown, proofError = "invalid_dpop_proof") => ({
  ...{ kind: "invalidToken", caller, proofError },
  findings: [{ rule, claim, expected, found, ok: false, beyondAgentCore }],
});
const isProven = () => {
  const { thumbprint } = maker;
  return { rule, claim: "cnf.jkt", expected: thumbprint, found: thumbprint, ok: true, beyondAgentCore };
};

test("a token is read from the scheme DPoP where proofs are taken, and from Bearer alone elsewhere", () => {
  const bearer = { authorization: "Bearer t", isProven: false };
  assert.deepEqual(
    [
      ...["DPoP t", "dpop  t ", "xDPoP t", "DPoP t u", "Bearer t"].map((header) => presented(header, {})),
      presented(null, {}),
      presented("DPoP t", undefined),
      presented("Bearer t", undefined),
    ],
    [
      { authorization: "Bearer t", isProven: true },
      { authorization: "Bearer t", isProven: true },
      { authorization: "xDPoP t", isProven: false },
      { authorization: "DPoP t u", isProven: false },
      bearer,
      { authorization: null, isProven: false },
      { authorization: "DPoP t", isProven: false },
      bearer,
    ],
  );
});

test("a proof is good with the findings of the token, and a decision against the token stays", async () => {
  const { decide, proven, good } = start();
  const without: Decision = { kind: "insufficientScope", caller, findings: [] };
  const noToken: Decision = { kind: "noToken", findings: [] };
  assert.deepEqual(
    [
      await proven(),
      await proven({ htu: "http://127.0.0.1:8080/mcp" }),
      await proven({ htu: "https://GATEWAY.example:443/mcp", iat: AT + 60 }),
      await decide(await maker.proof(good()), "DPoP", without),
      await decide(null, "DPoP", noToken),
    ],
    [...Array(3).fill({ ...allowed, findings: [isProven()] }), { ...without, findings: [isProven()] }, noToken],
  );
});

test("a bound token without its proof is refused, and one for any bearer where proofs are required", async () => {
  const expected = "a token that is bound to a key, with a proof";
  const bound = start();
  const seen = [
    await bound.decide(null, "Bearer"),
    await start({}, null).decide(null, "Bearer"),
    await start({ required: true }, null).decide(null, "Bearer"),
    await start({ required: true }, { jkt: "" }).decide(null, "Bearer"),
    await start({ required: true }, "x").decide(null, "Bearer"),
    await start({}, { jkt: 7 }).decide(null, "Bearer"),
  ];
  const unbound = refusal("cnf.jkt", expected, undefined, "invalid_token");
  assert.deepEqual(seen, [
    refusal("cnf.jkt", expected, maker.thumbprint, "invalid_token"),
    allowed,
    ...[unbound, unbound, unbound],
    allowed,
  ]);
});

test("a proof says what it has to be and what it is, and is refused for the first thing that is wrong", async () => {
  const { token, decide, proven, good } = start({ lifetimeSeconds: 100 });
  const type = "one signed proof of the type dpop+jwt";
  const key = "a public key of that algorithm";
  const identifier = "an identifier of its own";
  const times = `${AT - 100} to ${AT + 60}`;
  const long = "x".repeat(300);
  const other = await proofMaker();
  const { privateJwk, publicJwk } = maker;
  const cases: readonly (readonly [what: string, made: () => Promise<unknown>, ...Parameters<typeof refusal>])[] = [
    ["none", () => decide(null), "DPoP", type, undefined],
    ["no JWT", () => decide("proof"), "DPoP", type, undefined],
    ["too long", () => proven({ more: "x".repeat(8 * 1024) }), "DPoP", type, undefined],
    ["no type", () => proven({}, { typ: undefined }), "DPoP", type, undefined],
    ["another type", () => proven({}, { typ: "JWT" }), "DPoP", type, undefined],
    ["no algorithm", () => decide(tokenOf({}).replace(/^[^.]+/, none())), "alg", asymmetricAlgorithms, "none"],
    ["no key", () => proven({}, { jwk: undefined }), "jwk", key, undefined],
    ["a private key", () => proven({}, { jwk: privateJwk }), "jwk", key, undefined],
    ...["d", "p", "q", "dp", "dq", "qi", "oth", "k"].map(
      (name) =>
        [`a key with ${name}`, () => proven({}, { jwk: { ...publicJwk, [name]: "" } }), "jwk", key, undefined] as const,
    ),
    ["a key that is none", () => proven({}, { jwk: [publicJwk] }), "jwk", key, undefined],
    ["a kind in a list", () => proven({}, { jwk: { ...publicJwk, kty: ["EC"] } }), "jwk", key, undefined],
    ["a secret", () => proven({}, { jwk: { kty: "oct", k: "c2Vj" } }), "jwk", key, undefined],
    ["a key of no kind", () => proven({}, { jwk: { ...publicJwk, kty: "toString" } }), "jwk", key, undefined],
    ["a key of another kind", () => proven({}, { jwk: rsa.publicJwk }), "jwk", key, undefined],
    ["half a key", () => proven({}, { jwk: { ...publicJwk, y: 7 } }), "jwk", key, undefined],
    ["another's key", () => proven({}, { jwk: other.publicJwk }), "jwk", "a signature by that key", undefined],
    ["another method", () => proven({ htm: "GET" }), "htm", "POST", "GET"],
    ["no method", () => proven({ htm: undefined }), "htm", "POST", undefined],
    ["another address", () => proven({ htu: `${url}/x` }), "htu", url, `${url}/x`],
    ["an address in a list", () => proven({ htu: [url] }), "htu", url, undefined],
    ["no address", () => proven({ htu: "mcp" }), "htu", url, "mcp"],
    ["a query", () => proven({ htu: `${url}?` }), "htu", url, `${url}?`],
    ["a fragment", () => proven({ htu: `${url}#` }), "htu", url, `${url}#`],
    ["a name", () => proven({ htu: "https://a@gateway.example/mcp" }), "htu", url, "https://a@gateway.example/mcp"],
    [
      "a password",
      () => proven({ htu: "https://:a@gateway.example/mcp" }),
      "htu",
      url,
      "https://:a@gateway.example/mcp",
    ],
    ["a name in one of ours", () => proven({ htu: "http://a@localhost/mcp" }), "htu", url, "http://a@localhost/mcp"],
    ["a password there", () => proven({ htu: "http://:a@localhost/mcp" }), "htu", url, "http://:a@localhost/mcp"],
    ["what is long", () => proven({ htu: long }), "htu", url, long.slice(0, 256)],
    ["another token", () => proven({ ath: "x" }), "ath", tokenHash(token), "x"],
    ["too old", () => proven({ iat: AT - 101 }), "iat", times, AT - 101],
    ["too new", () => proven({ iat: AT + 61 }), "iat", times, AT + 61],
    ["a time as text", () => proven({ iat: String(AT) }), "iat", times, String(AT)],
    ["no identifier", () => proven({ jti: undefined }), "jti", identifier, undefined],
    ["an empty one", () => proven({ jti: "" }), "jti", identifier, undefined],
    ["a long one", () => proven({ jti: "x".repeat(1025) }), "jti", identifier, undefined],
    ["a number", () => proven({ jti: 7 }), "jti", identifier, undefined],
  ];
  for (const [what, made, ...refused] of cases) assert.deepEqual(await made(), refusal(...refused), what);
  const good2 = [await proven({ jti: "x".repeat(1024), iat: AT - 100 }), await decide(await maker.proof(good()))];
  assert.deepEqual(
    good2.map(({ kind }) => kind),
    ["allowed", "allowed"],
  );
});

const none = () => Buffer.from('{"alg":"none","typ":"dpop+jwt"}').toString("base64url");

test("a proof is good for five minutes where nobody says how long, once, and by the key that the token names", async () => {
  const { clock, decide, proven, good } = start();
  const old = [await proven({ iat: AT - 300 }), await proven({ iat: AT - 301 })];
  const proof = await maker.proof({ ...good(), jti: "mine" });
  const uses = [await decide(proof), await decide(proof)];
  clock.ms += 300_000;
  const later = await decide(proof);
  const other = start({}, { jkt: "another" });
  const elsewhere = await other.proven();
  assert.deepEqual(
    [...old, ...uses, later].map(({ kind }) => kind),
    ["allowed", "invalidToken", "allowed", "invalidToken", "invalidToken"],
  );
  assert.deepEqual(
    [uses[1], elsewhere],
    [
      refusal("jti", "a proof that was not used before", "mine"),
      refusal("cnf.jkt", maker.thumbprint, "another", "invalid_token"),
    ],
  );
});

test("a proof by a key of any kind is good where the token names its thumbprint, whatever stands beside the key", async () => {
  for (const one of [maker, rsa, okp]) {
    const { good, decide } = start({}, { jkt: one.thumbprint });
    const jwk = { use: "sig", ...one.publicJwk, kid: "mine", alg: undefined };
    const [kinds, finding] = [[] as string[], { ...isProven(), expected: one.thumbprint, found: one.thumbprint }];
    for (const header of [{}, { jwk }]) {
      const { kind, findings } = await decide(await one.proof(good(), header));
      kinds.push(kind);
      assert.deepEqual(findings, [finding]);
    }
    assert.deepEqual(kinds, ["allowed", "allowed"]);
    const key = "a public key of that algorithm";
    for (const [name, text] of Object.entries(one.publicJwk)) {
      // What is a text in a list is read as that text by whoever is not strict, and has another thumbprint.
      for (const value of [undefined, 7, [text]]) {
        const half = await decide(await one.proof(good(), { jwk: { ...one.publicJwk, [name]: value } }));
        assert.deepEqual(half, refusal("jwk", key, undefined), `${name}: ${JSON.stringify(value)}`);
      }
    }
  }
});

test("a proof may have 8192 characters, and none more", async () => {
  const { good, decide } = start();
  const sized = async (length: number): Promise<string> => {
    // No part of a JWT has every length: two parts together have.
    for (const kid of ["", "a", "aa"]) {
      const claims = { ...good(), jti: `${length}` };
      const jwk = { ...maker.publicJwk, kid };
      const { length: least } = await maker.proof({ ...claims, more: "" }, { jwk });
      for (const letters of [-1, 0, 1].map((more) => Math.floor(((length - least) * 3) / 4) + more)) {
        const proof = await maker.proof({ ...claims, more: "x".repeat(letters) }, { jwk });
        if (proof.length === length) return proof;
      }
    }
    return assert.fail(`no proof of ${length} characters`);
  };
  const [longest, longer] = [await decide(await sized(8192)), await decide(await sized(8193))];
  assert.deepEqual(
    [longest.kind, longer],
    ["allowed", refusal("DPoP", "one signed proof of the type dpop+jwt", undefined)],
  );
});

test("whoever checks a proof learns in a word that it is good, and whether there is a newer nonce", async () => {
  const { checks, token, good } = start();
  const claims = { cnf: { jkt: maker.thumbprint } };
  const proof = await maker.proof(good());
  const outcome = await checks.check({ proof, method: "POST", addresses: [url], token, claims }, {});
  assert.deepEqual(outcome, { kind: "good", finding: isProven() });
});

test("a nonce is the gateway's newest or the one before, and whoever used that gets the newest", async () => {
  const { clock, checks, proven } = start({ nonces: true });
  const first = checks.nonce();
  clock.ms += 150_000;
  const second = checks.nonce();
  const seen = [await proven({ nonce: second }), await proven({ nonce: first })];
  clock.ms += 150_000;
  const third = checks.nonce();
  seen.push(await proven({ nonce: second }), await proven({ nonce: first }), await proven());
  const missing = refusal("nonce", "a nonce of this gateway", undefined, "use_dpop_nonce");
  const findings = [isProven()];
  assert.deepEqual(seen, [
    { ...allowed, findings },
    { ...allowed, findings, nonce: second },
    { ...allowed, findings, nonce: third },
    ...[missing, missing],
  ]);
  assert.equal(new Set([first, second, third, start({ nonces: true }).checks.nonce()]).size, 4);
});
