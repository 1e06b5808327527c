import assert from "node:assert/strict";
import { test } from "node:test";
import { checkClaims } from "../../../src/agentcore/authorizer/authorizer.ts";
import type { CustomJwtAuthorizer } from "../../../src/agentcore/authorizer/authorizerConfiguration.ts";
import type { Claims } from "../../../src/agentcore/authorizer/claimRules.ts";
import { checkOfFinding } from "../../../src/diagnosis/shownFinding.ts";
import { identityProvider } from "../../../src/oauth/identityProviders/identityProviders.ts";

const rules: CustomJwtAuthorizer = {
  discoveryUrl: "https://idp.example/.well-known/openid-configuration",
  allowedAudience: ["api", "other"],
  allowedClients: ["app"],
  allowedScopes: ["read", "write"],
  customClaims: [
    {
      inboundTokenClaimName: "roles",
      inboundTokenClaimValueType: "STRING_ARRAY",
      authorizingClaimMatchValue: {
        claimMatchOperator: "CONTAINS_ANY",
        claimMatchValue: { matchValueStringList: ["a", "b"] },
      },
    },
    {
      inboundTokenClaimName: "email",
      inboundTokenClaimValueType: "STRING",
      authorizingClaimMatchValue: {
        claimMatchOperator: "EQUALS",
        claimMatchValue: { matchValueString: "ada.example" },
      },
    },
  ],
};

const seconds = Date.UTC(2026, 10, 25, 12) / 1000;

function shown(claims: Claims): Record<string, unknown> {
  const findings = checkClaims(claims, rules, { nowSeconds: seconds, skewSeconds: 0 });
  const context = { provider: identityProvider("generic"), claims, rules };
  return Object.fromEntries(
    findings.map((finding) => {
      const { state, expected, found } = checkOfFinding(finding, context);
      return [`${finding.rule} ${finding.claim}`, [state, expected, found]];
    }),
  );
}

test("each rule shows what was expected beside what was found, times as times, and nothing of a person", () => {
  const claims = {
    aud: ["x", "y"],
    client_id: "z",
    scope: "openid x",
    exp: seconds - 60,
    roles: "a",
    email: "ada@example.com",
  };
  assert.deepEqual(shown(claims), {
    "expiry exp": ["failed", "after 2026-11-25T12:00:00Z", "2026-11-25T11:59:00Z"],
    "notBefore nbf": ["passed", "not after 2026-11-25T12:00:00Z", "nothing"],
    "audience aud": ["failed", "one of api, other", '["x","y"]'],
    "client client_id": ["failed", "one of app", "z"],
    "scope scope": ["failed", "one of read, write", "openid x"],
    "customClaim roles": ["failed", "CONTAINS_ANY a, b", "a"],
    "customClaim email": ["failed", "EQUALS a value that is not shown", "a value that is not shown"],
  });
});

test("what is not there is nothing, and no value breaks the words around it", () => {
  const odd = {
    exp: "soon",
    nbf: Number.POSITIVE_INFINITY,
    aud: { a: 1 },
    client_id: ["app"],
    scope: 7,
    roles: null,
    email: {},
  };
  const values = [shown({}), shown(odd)].flatMap((one) => Object.values(one).flat());
  assert.deepEqual(
    values.filter((value) => typeof value !== "string" || /undefined|\[object|NaN|Invalid/.test(value)),
    [],
  );
  assert.deepEqual(shown({})["audience aud"], ["failed", "one of api, other", "nothing"]);
});
