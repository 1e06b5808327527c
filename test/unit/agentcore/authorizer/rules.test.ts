import assert from "node:assert/strict";
import { test } from "node:test";
import { checkClaims } from "../../../../src/agentcore/authorizer/authorizer.ts";
import type { OperatorName } from "../../../../src/agentcore/authorizer/claimOperators.ts";
import {
  anyScope,
  audience,
  client,
  customClaim,
  everyScope,
  expiry,
  issuer,
  notBefore,
  scopesOf,
} from "../../../../src/agentcore/authorizer/claimRules.ts";
import { claimMatches } from "../../../../src/agentcore/authorizer/customClaims.ts";
import { algorithm } from "../../../../src/agentcore/authorizer/signature.ts";
import { asymmetricAlgorithms } from "../../../../src/lib/asymmetricAlgorithms.ts";

type Cases = readonly (readonly [what: string, ok: boolean, expected: boolean])[];

function table(cases: Cases): void {
  assert.deepEqual(
    cases.map(([what, ok]) => `${what}: ${ok}`),
    cases.map(([what, , expected]) => `${what}: ${expected}`),
  );
}

test("only signatures made with a private key are taken", () => {
  const alg = (value: unknown) => algorithm({ alg: value }).ok;
  table([
    ...asymmetricAlgorithms.map((name) => [name, alg(name), true] as const),
    ["none", alg("none"), false],
    ["None", alg("None"), false],
    ["HS256", alg("HS256"), false],
    ["HS512", alg("HS512"), false],
    ["absent", alg(undefined), false],
    ["a list", alg(["RS256"]), false],
  ]);
});

test("the issuer is the one of the discovery document, letter by letter", () => {
  const iss = (value: unknown) => issuer({ iss: value }, "https://idp.example/oauth2/default").ok;
  table([
    ["the same", iss("https://idp.example/oauth2/default"), true],
    ["a slash more", iss("https://idp.example/oauth2/default/"), false],
    ["another server of the organisation", iss("https://idp.example"), false],
    ["another case", iss("https://IDP.example/oauth2/default"), false],
    ["absent", iss(undefined), false],
  ]);
});

test("a token is good from its beginning until its end, and one without an end never is", () => {
  const clock = { nowSeconds: 1000, skewSeconds: 0 };
  const lenient = { nowSeconds: 1000, skewSeconds: 30 };
  table([
    ["ends later", expiry({ exp: 1001 }, clock).ok, true],
    ["ends now", expiry({ exp: 1000 }, clock).ok, false],
    ["ended within the skew", expiry({ exp: 971 }, lenient).ok, true],
    ["ended at the skew", expiry({ exp: 970 }, lenient).ok, false],
    ["no end", expiry({}, clock).ok, false],
    ["an end that is text", expiry({ exp: "9999" }, clock).ok, false],
    ["no beginning", notBefore({}, clock).ok, true],
    ["begins now", notBefore({ nbf: 1000 }, clock).ok, true],
    ["begins later", notBefore({ nbf: 1001 }, clock).ok, false],
    ["begins within the skew", notBefore({ nbf: 1030 }, lenient).ok, true],
    ["a beginning that is text", notBefore({ nbf: "1" }, clock).ok, false],
  ]);
});

test("one audience of the token has to be one of the allowed", () => {
  const aud = (value: unknown) => audience({ aud: value }, ["api://default", "other"]).ok;
  table([
    ["the first", aud("api://default"), true],
    ["the second", aud("other"), true],
    ["one of several", aud(["x", "other"]), true],
    ["none of several", aud(["x", "y"]), false],
    ["part of one", aud("api://"), false],
    ["absent, as with Cognito", aud(undefined), false],
    ["an empty list", aud([]), false],
    ["not text", aud({ other: true }), false],
  ]);
});

test("the client is read from client_id and from no other claim", () => {
  const by = (claims: Record<string, unknown>) => client(claims, ["app", "tool"]).ok;
  table([
    ["client_id", by({ client_id: "tool" }), true],
    ["another client_id", by({ client_id: "x" }), false],
    ["cid, as with Okta", by({ cid: "app" }), false],
    ["azp, as with Entra", by({ azp: "app" }), false],
    ["appid, as with Entra v1", by({ appid: "app" }), false],
    ["a list", by({ client_id: ["app"] }), false],
  ]);
});

test("scopes come from scope and scp, as text or as a list", () => {
  assert.deepEqual(
    [
      scopesOf({ scope: "a b" }),
      scopesOf({ scp: ["a", "b"] }),
      scopesOf({ scp: "a  b" }),
      scopesOf({ scope: "a", scp: ["a", "b"] }),
      scopesOf({ scope: 1, scp: [2] }),
      scopesOf({}),
    ],
    [["a", "b"], ["a", "b"], ["a", "b"], ["a", "b"], [], []],
  );
});

test("one allowed scope lets in, and a tool's scopes have to be there all", () => {
  table([
    ["one of the allowed", anyScope({ scope: "openid read" }, ["read", "write"]).ok, true],
    ["none of the allowed", anyScope({ scope: "openid" }, ["read", "write"]).ok, false],
    ["part of one", anyScope({ scope: "rea" }, ["read"]).ok, false],
    ["all that a tool needs", everyScope(["a", "b", "c"], ["a", "b"]).ok, true],
    ["some of what a tool needs", everyScope(["a"], ["a", "b"]).ok, false],
    ["a tool that needs none", everyScope([], []).ok, true],
  ]);
  assert.deepEqual(everyScope(["a"], ["a", "b"]), {
    ...{ rule: "scope", claim: "scope", expected: ["a", "b"], found: ["a"], ok: false, beyondAgentCore: true },
  });
});

const rule = (operator: OperatorName, ...values: [string, ...string[]]) => claimMatches("groups", operator, values);

test("a custom claim is compared as its operator says, and only in its own type", () => {
  const ok = (found: unknown, ...wanted: Parameters<typeof rule>) => customClaim({ groups: found }, rule(...wanted)).ok;
  table([
    ["EQUALS the text", ok("a", "EQUALS", "a"), true],
    ["EQUALS another text", ok("ab", "EQUALS", "a"), false],
    ["EQUALS with a list", ok(["a"], "EQUALS", "a"), false],
    ["EQUALS with a number", ok(1, "EQUALS", "1"), false],
    ["EQUALS with nothing", ok(undefined, "EQUALS", "a"), false],
    ["CONTAINS", ok(["x", "a"], "CONTAINS", "a"), true],
    ["CONTAINS another", ok(["x"], "CONTAINS", "a"), false],
    ["CONTAINS in a text", ok("xa", "CONTAINS", "a"), false],
    ["CONTAINS_ANY", ok(["x", "b"], "CONTAINS_ANY", "a", "b"), true],
    ["CONTAINS_ANY of others", ok(["x"], "CONTAINS_ANY", "a", "b"), false],
    ["CONTAINS_ANY in an empty list", ok([], "CONTAINS_ANY", "a", "b"), false],
  ]);
});

test("a rule has its values where AWS has them, and one without a value matches nothing", () => {
  const at = (claimMatchValue: object, type: string, operator: string) => ({
    inboundTokenClaimName: "groups",
    inboundTokenClaimValueType: type,
    authorizingClaimMatchValue: { claimMatchOperator: operator, claimMatchValue },
  });
  assert.deepEqual(
    [rule("EQUALS", "a"), rule("CONTAINS", "a"), rule("CONTAINS_ANY", "a", "b")],
    [
      at({ matchValueString: "a" }, "STRING", "EQUALS"),
      at({ matchValueString: "a" }, "STRING_ARRAY", "CONTAINS"),
      at({ matchValueStringList: ["a", "b"] }, "STRING_ARRAY", "CONTAINS_ANY"),
    ],
  );
  const operators: readonly OperatorName[] = ["EQUALS", "CONTAINS", "CONTAINS_ANY"];
  const found = operators.map((operator) => {
    const without = at({}, "STRING", operator) as ReturnType<typeof rule>;
    return [{}, { groups: [undefined] }, { groups: "" }].map((claims) => {
      const { expected, ok } = customClaim(claims, without);
      assert.deepEqual(expected, { [operator]: [] });
      return ok;
    });
  });
  assert.deepEqual(found, Array(3).fill([false, false, false]));
});

test("every rule that is configured is tried, and those that fail say what they expected and found", () => {
  const findings = checkClaims(
    { exp: 900, aud: "x", client_id: "y", scp: ["z"], groups: ["g"] },
    {
      discoveryUrl: "https://idp.example/.well-known/openid-configuration",
      allowedAudience: ["api"],
      allowedClients: ["app"],
      allowedScopes: ["read"],
      customClaims: [rule("CONTAINS", "admins"), rule("CONTAINS", "g")],
    },
    { nowSeconds: 1000, skewSeconds: 0 },
  );
  assert.deepEqual(findings, [
    { rule: "expiry", claim: "exp", expected: "after 1000", found: 900, ok: false },
    { rule: "notBefore", claim: "nbf", expected: "not after 1000", found: undefined, ok: true },
    { rule: "audience", claim: "aud", expected: ["api"], found: "x", ok: false },
    { rule: "client", claim: "client_id", expected: ["app"], found: "y", ok: false },
    { rule: "scope", claim: "scope", expected: ["read"], found: ["z"], ok: false },
    { rule: "customClaim", claim: "groups", expected: { CONTAINS: ["admins"] }, found: ["g"], ok: false },
    { rule: "customClaim", claim: "groups", expected: { CONTAINS: ["g"] }, found: ["g"], ok: true },
  ]);
});

test("a rule that is not configured is not tried", () => {
  const discoveryUrl = "https://idp.example/.well-known/openid-configuration";
  const findings = checkClaims({ exp: 2000 }, { discoveryUrl }, { nowSeconds: 1000, skewSeconds: 0 });
  assert.deepEqual(
    findings.map(({ rule }) => rule),
    ["expiry", "notBefore"],
  );
});
