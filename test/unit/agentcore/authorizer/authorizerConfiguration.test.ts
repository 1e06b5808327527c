import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CustomJwtAuthorizer,
  configurationFaults,
  issuerOf,
} from "../../../../src/agentcore/authorizer/authorizerConfiguration.ts";
import type { CustomClaim } from "../../../../src/agentcore/authorizer/customClaims.ts";

const discoveryUrl = "https://idp.example/oauth2/default/.well-known/openid-configuration";

const problems = (rules: CustomJwtAuthorizer) =>
  configurationFaults(rules).map(({ path, problem }) => `${path}: ${problem}`);

const claim = (
  type: CustomClaim["inboundTokenClaimValueType"],
  operator: CustomClaim["authorizingClaimMatchValue"]["claimMatchOperator"],
  value: CustomClaim["authorizingClaimMatchValue"]["claimMatchValue"],
): CustomJwtAuthorizer => ({
  discoveryUrl,
  customClaims: [
    {
      inboundTokenClaimName: "cid",
      inboundTokenClaimValueType: type,
      authorizingClaimMatchValue: { claimMatchOperator: operator, claimMatchValue: value },
    },
  ],
});

test("what AWS would refuse is refused in words, and what it takes is taken", () => {
  const at = "customClaims[0].authorizingClaimMatchValue";
  assert.deepEqual(
    {
      good: problems({ discoveryUrl, allowedAudience: ["api://default"] }),
      okta: problems(claim("STRING", "EQUALS", { matchValueString: "0oa1" })),
      contains: problems(claim("STRING_ARRAY", "CONTAINS", { matchValueString: "a" })),
      anyOf: problems(claim("STRING_ARRAY", "CONTAINS_ANY", { matchValueStringList: ["a", "b"] })),
      mapped: problems({ discoveryUrl, allowedScopes: ["a", "b"], advertisedScopeMapping: { a: "api://app/a" } }),
      mappingWithoutScopes: problems({ discoveryUrl, allowedClients: ["a"], advertisedScopeMapping: { a: "b" } }),
      nothing: problems({ discoveryUrl }),
      empty: problems({ discoveryUrl, allowedClients: [] }),
      noAddress: problems({ discoveryUrl: "https://xn--a/.well-known/openid-configuration", allowedClients: ["a"] }),
      noObject: problems([] as unknown as CustomJwtAuthorizer),
      issuerForDiscovery: problems({ discoveryUrl: "https://idp.example/", allowedAudience: ["a"] }),
      wrongOperator: problems(claim("STRING", "CONTAINS", { matchValueString: "a" })),
      noValue: problems(claim("STRING", "EQUALS", {})),
      twoValues: problems(claim("STRING_ARRAY", "CONTAINS", { matchValueStringList: ["a", "b"] })),
      mappedBadly: problems({ discoveryUrl, allowedScopes: ["a"], advertisedScopeMapping: { a: "b c" } }),
    },
    {
      good: [],
      okta: [],
      contains: [],
      anyOf: [],
      mapped: [],
      mappingWithoutScopes: [],
      nothing: [": expected at least one of allowedAudience, allowedClients, allowedScopes, customClaims, found none"],
      empty: ["allowedClients: must have a value or be left out"],
      noAddress: ["discoveryUrl: is not a valid address"],
      noObject: [": expected an object, found a list"],
      issuerForDiscovery: ["discoveryUrl: expected an address that ends in /.well-known/openid-configuration"],
      wrongOperator: [`${at}.claimMatchOperator: EQUALS goes with STRING, found "CONTAINS"`],
      noValue: [`${at}.claimMatchValue: EQUALS needs matchValueString, found no value`],
      twoValues: [
        `${at}.claimMatchValue.matchValueStringList: does not go with CONTAINS, which needs matchValueString`,
      ],
      mappedBadly: [
        "advertisedScopeMapping.a: expected a scope without spaces, quotation marks or backslashes (RFC 6749, 3.3)",
      ],
    },
  );
});

test("the issuer that the metadata names is the discovery URL without its suffix", () => {
  assert.equal(issuerOf({ discoveryUrl }), "https://idp.example/oauth2/default");
});
