import assert from "node:assert/strict";
import { before, test } from "node:test";
import { authorize } from "../../../../src/agentcore/authorizer/authorizer.ts";
import type { BeyondAgentCore } from "../../../../src/agentcore/authorizer/beyondAgentCore.ts";
import { asymmetricAlgorithms } from "../../../../src/lib/asymmetricAlgorithms.ts";
import {
  goodClaims,
  ISSUER,
  NOW_SECONDS,
  newKey,
  rules,
  type SigningKey,
  sign,
  startAuthorizer,
} from "../../../support/issuerInProcess.ts";

let key: SigningKey;
let other: SigningKey;

before(async () => {
  key = await newKey("ES256", "one");
  other = await newKey("ES256", "one");
});

const caller = { issuer: ISSUER, subject: "ada", client: undefined, scopes: [] };
const signed = { rule: "algorithm", claim: "alg", expected: asymmetricAlgorithms, found: "ES256", ok: true };
const verified = { rule: "signature", claim: "kid", expected: "a signature by a key of the issuer", found: "one" };
const issuer = { rule: "issuer", claim: "iss", expected: ISSUER, found: ISSUER, ok: true };
const expiry = { rule: "expiry", claim: "exp", expected: `after ${NOW_SECONDS}`, found: goodClaims.exp, ok: true };
const notBefore = { rule: "notBefore", claim: "nbf", expected: `not after ${NOW_SECONDS}`, found: undefined, ok: true };
const audience = { rule: "audience", claim: "aud", expected: ["api"], found: "api", ok: true };
const ofClaims = [expiry, notBefore, audience];

test("a decision says whom the token speaks for, and of each rule what it expected and found", async () => {
  const { decide } = startAuthorizer([key.jwk]);
  assert.deepEqual(
    {
      good: await decide(await sign(key, { client_id: "app", scope: "read" })),
      ofOthers: await decide(await sign(key, { aud: "x" })),
      withoutScope: await decide(await sign(key, { scp: ["a"] }), { ...rules, allowedScopes: ["b"] }),
      forged: await decide(await sign(other)),
      byUnknownKey: await decide(await sign(other, {}, { kid: "two" })),
      byNoNamedKey: await decide(await sign(other, {}, { kid: undefined })),
      withSecret: await decide(await sign(key, {}, { alg: "HS256" })),
    },
    {
      good: {
        kind: "allowed",
        caller: { ...caller, client: "app", scopes: ["read"] },
        findings: [signed, { ...verified, ok: true }, issuer, ...ofClaims],
      },
      ofOthers: {
        kind: "invalidToken",
        caller,
        findings: [
          ...[signed, { ...verified, ok: true }, issuer, expiry, notBefore],
          { ...audience, found: "x", ok: false },
        ],
      },
      withoutScope: {
        kind: "insufficientScope",
        caller: { ...caller, scopes: ["a"] },
        findings: [
          ...[signed, { ...verified, ok: true }, issuer, ...ofClaims],
          { rule: "scope", claim: "scope", expected: ["b"], found: ["a"], ok: false },
        ],
      },
      forged: {
        kind: "invalidToken",
        caller: undefined,
        findings: [signed, { ...verified, ok: false }, issuer, ...ofClaims],
      },
      byUnknownKey: {
        kind: "invalidToken",
        caller: undefined,
        findings: [
          signed,
          { ...verified, expected: "the id of a key of the issuer", found: "two", ok: false },
          ...[issuer, ...ofClaims],
        ],
      },
      byNoNamedKey: {
        kind: "invalidToken",
        caller: undefined,
        findings: [signed, { ...verified, found: undefined, ok: false }, issuer, ...ofClaims],
      },
      withSecret: {
        kind: "invalidToken",
        caller: undefined,
        findings: [{ ...signed, found: "HS256", ok: false }, issuer, ...ofClaims],
      },
    },
  );
});

test("without a token there is nothing to find, and what is no token is told as that", async () => {
  const { world, urls } = startAuthorizer([key.jwk]);
  const none = await Promise.all([null, "", "Basic YTpi"].map((header) => authorize(header, rules, world)));
  const opaque = await authorize("Bearer opaque", rules, world);
  assert.deepEqual(
    { none, opaque, urls },
    {
      none: Array(3).fill({ kind: "noToken", findings: [] }),
      opaque: {
        kind: "invalidToken",
        caller: undefined,
        findings: [{ rule: "token", claim: "", expected: "a signed JWT", found: undefined, ok: false }],
      },
      urls: [],
    },
  );
});

test("the client is the first of client_id, azp, cid and appid that is text, and none is made up of anything else", async () => {
  const { decide } = startAuthorizer([key.jwk]);
  const names = { client_id: "client_id", azp: "azp", cid: "cid", appid: "appid" };
  const seen: unknown[] = [];
  const left: Record<string, unknown> = { ...names };
  for (const name of [...Object.keys(names), "none"]) {
    const decision = await decide(await sign(key, left));
    seen.push("caller" in decision && decision.caller?.client);
    left[name] = 7;
  }
  const nobody = await decide(await sign(key, { iss: 7, sub: undefined, scope: 7 }));
  assert.deepEqual(seen, ["client_id", "azp", "cid", "appid", undefined]);
  assert.deepEqual("caller" in nobody && nobody.caller, {
    ...{ issuer: undefined, subject: undefined, client: undefined, scopes: [] },
  });
});

test("each rule beyond AgentCore's says what it expected and found, and the issuer is not asked where one refuses", async () => {
  const beyond: BeyondAgentCore = {
    ...{ requireSubject: true, refuseIdTokens: true, deniedTokenIds: ["lost"] },
    introspection: { endpoint: `${ISSUER}/introspect`, clientId: "gateway", clientSecret: "s3cret" },
  };
  let asked = 0;
  const introspect = async () => {
    asked++;
    return false;
  };
  const found = async (claims: Record<string, unknown>, isRevoked: boolean) => {
    const { decide } = startAuthorizer([key.jwk], { beyond, introspect, isRevoked: () => isRevoked });
    const { kind, findings } = await decide(await sign(key, claims));
    return { kind, findings: findings.filter(({ beyondAgentCore }) => beyondAgentCore) };
  };
  const not = { ok: false, beyondAgentCore: true };
  const idToken = { rule: "idToken", expected: "a token that is no ID token" };
  const denied = { rule: "deniedToken", claim: "jti", expected: "a token that is not denied" };
  const revoked = { rule: "revoked", claim: "jti", expected: "a token that was not revoked" };
  const refused = await found({ sub: undefined, token_use: "id", jti: "lost" }, true);
  const before = asked;
  const inactive = await found({ jti: "mine" }, false);
  assert.deepEqual(
    { refused, before, inactive, asked },
    {
      refused: {
        kind: "invalidToken",
        findings: [
          { rule: "subject", claim: "sub", expected: "a subject", found: undefined, ...not },
          { ...idToken, claim: "token_use", found: "id", ...not },
          { ...denied, found: "lost", ...not },
          { ...revoked, found: "lost", ...not },
        ],
      },
      before: 0,
      inactive: {
        kind: "invalidToken",
        findings: [
          { rule: "subject", claim: "sub", expected: "a subject", found: "ada", ...not, ok: true },
          { ...idToken, claim: "", found: undefined, ...not, ok: true },
          { ...denied, found: "mine", ...not, ok: true },
          { ...revoked, found: "mine", ...not, ok: true },
          {
            ...{ rule: "introspection", claim: "active", expected: "a token that its issuer calls active" },
            ...{ found: false, ...not },
          },
        ],
      },
      asked: 1,
    },
  );
});

test("what cannot be decided says why, and a fault of ours is no refusal", async () => {
  const away = startAuthorizer([key.jwk]);
  away.state.away = true;
  const token = await sign(key);
  const reason = `${rules.discoveryUrl} answered with HTTP 503`;
  assert.deepEqual(await away.decide(token), { kind: "undecided", reason, findings: [signed, ...ofClaims] });
  const introspection = { endpoint: `${ISSUER}/introspect`, clientId: "gateway", clientSecret: "s3cret" };
  const unasked = startAuthorizer([key.jwk], { beyond: { introspection } });
  const undecided = await unasked.decide(token);
  assert.equal(undecided.kind === "undecided" && undecided.reason, "nothing here can ask the introspection endpoint");
  const broken = startAuthorizer([key.jwk], { isRevoked: () => Promise.reject(new RangeError("ours")) });
  await assert.rejects(broken.decide(token), RangeError);
});
