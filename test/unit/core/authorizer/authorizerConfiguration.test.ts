import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CustomClaim,
  type CustomJwtAuthorizer,
  configurationFaults,
  issuerOf,
} from "../../../../src/core/authorizer/authorizerConfiguration.ts";

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
  const mismatch =
    "customClaims[0]: STRING goes with EQUALS, STRING_ARRAY with CONTAINS and CONTAINS_ANY; found STRING with CONTAINS";
  assert.deepEqual(
    {
      good: problems({ discoveryUrl, allowedAudience: ["api://default"] }),
      okta: problems(claim("STRING", "EQUALS", { matchValueString: "0oa1" })),
      anyOf: problems(claim("STRING_ARRAY", "CONTAINS_ANY", { matchValueStringList: ["a", "b"] })),
      containsList: problems(claim("STRING_ARRAY", "CONTAINS", { matchValueStringList: ["a"] })),
      nothing: problems({ discoveryUrl }),
      empty: problems({ discoveryUrl, allowedClients: [] }),
      issuerForDiscovery: problems({ discoveryUrl: "https://idp.example/", allowedAudience: ["a"] }),
      wrongOperator: problems(claim("STRING", "CONTAINS", { matchValueString: "a" })),
      noValue: problems(claim("STRING", "EQUALS", {})),
      twoValues: problems(claim("STRING_ARRAY", "CONTAINS", { matchValueStringList: ["a", "b"] })),
    },
    {
      good: [],
      okta: [],
      anyOf: [],
      containsList: [],
      nothing: [": expected at least one of allowedAudience, allowedClients, allowedScopes, customClaims, found none"],
      empty: ["allowedClients: has to have a value, or has to be left out"],
      issuerForDiscovery: ["discoveryUrl: expected an address that ends in /.well-known/openid-configuration"],
      wrongOperator: [mismatch],
      noValue: ["customClaims[0]: EQUALS needs one value to match, found 0"],
      twoValues: ["customClaims[0]: CONTAINS needs one value to match, found 2"],
    },
  );
});

test("the issuer that the metadata names is the discovery URL without its suffix", () => {
  assert.equal(issuerOf({ discoveryUrl }), "https://idp.example/oauth2/default");
});
