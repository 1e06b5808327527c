import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isExternalIdTenant,
  isOtherNameOf,
  issuerInTokens,
} from "../../../../src/oauth/identityProviders/otherName.ts";

const tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const other = "00000000-86f1-41af-91ab-2d7cd011db47";
const microsoft = "https://login.microsoftonline.com";
const b2c = "https://contoso.b2clogin.com";
const policy = `${b2c}/contoso.onmicrosoft.com/B2C_1_signin/v2.0`;

/** What an issuer may be called besides, and what not. */
const names: readonly (readonly [issuer: string, found: string, isName: boolean])[] = [
  [policy, `${b2c}/${tenant}/v2.0/`, true],
  [policy, `${b2c}/${tenant}/v2.0`, true],
  [policy, `${b2c}/tfp/${tenant}/b2c_1_signin/v2.0/`, true],
  [policy, `${b2c}/tfp/${tenant}/b2c_1_other/v2.0/`, false],
  [policy, `${b2c}/${tenant}/v2.0/?p=b2c_1_signin`, false],
  [policy, `${b2c}/${tenant}/v2.0/x`, false],
  [policy, `${b2c}/x/${tenant}/v2.0/y/v2.0/`, false],
  [policy, `${b2c}/contoso/v2.0/`, false],
  [policy, `${b2c}:8443/${tenant}/v2.0/`, false],
  [policy, `http://contoso.b2clogin.com/${tenant}/v2.0/`, false],
  [policy, `https://fabrikam.b2clogin.com/${tenant}/v2.0/`, false],
  [policy, "nothing", false],
  [`${b2c}/tfp/${tenant}/B2C_1_SIGNIN/v2.0`, `${b2c}/tfp/${tenant}/b2c_1_signin/v2.0/`, true],
  [`${b2c}/${tenant.toUpperCase()}/B2C_1_signin/v2.0`, `${b2c}/${tenant}/v2.0/`, true],
  [`${b2c}/${other}/B2C_1_signin/v2.0`, `${b2c}/${tenant}/v2.0/`, false],
  [`${b2c}/contoso.onmicrosoft.com/v2.0?p=B2C_1_signin`, `${b2c}/${tenant}/v2.0/`, true],
  [`${b2c}/contoso.onmicrosoft.com/v2.0?p=signin`, `${b2c}/${tenant}/v2.0/`, false],
  [`${b2c}/contoso.onmicrosoft.com/v2.0`, `${b2c}/${tenant}/v2.0/`, false],
  [`${b2c}/contoso.onmicrosoft.com/signin/v2.0`, `${b2c}/${tenant}/v2.0/`, false],
  ["no address", "no address", true],
  [`${microsoft}/organizations/v2.0`, `${microsoft}/{tenantid}/v2.0`, true],
  [`${microsoft}/organizations/v2.0`, `${microsoft}/${tenant}/v2.0`, false],
  [`${microsoft}/contoso.com/v2.0`, `${microsoft}/${tenant}/v2.0`, true],
  [`${microsoft}/contoso.com/v2.0`, `${microsoft}/${tenant}`, false],
  [`${microsoft}/contoso.com/v2.0`, `${microsoft}/contoso.org/v2.0`, false],
  [`${microsoft}/contoso.com/v2.0`, `https://evil.example/${microsoft}/${tenant}/v2.0`, false],
  [`${microsoft}/contoso/v2.0`, `${microsoft}/${tenant}/v2.0`, false],
  ["https://evil.example/contoso.com/v2.0", `https://evil.example/${tenant}/v2.0`, false],
  ["https://idp.example/a?b=c", "https://idp.example/a", true],
  ["https://idp.example/a?b=c", "https://idp.example/a/", true],
  ["https://idp.example/a?b=c", "https://idp.example/", false],
];

for (const [issuer, found, isName] of names) {
  test(`${issuer} ${isName ? "may" : "may not"} be called ${found}`, () => {
    assert.equal(isOtherNameOf(issuer, found), isName);
  });
}

test("a token names the tenant of its policy or of its claim, and else the issuer without its query", () => {
  const of = (issuer: string, claims: object) => issuerInTokens(issuer, claims);
  assert.deepEqual(
    [
      of(policy, { iss: `${b2c}/${tenant}/v2.0/` }),
      of(policy, { iss: `https://evil.example/${tenant}/v2.0/` }),
      of(policy, {}),
      of(`${microsoft}/common/v2.0`, { iss: "x", tid: tenant }),
      of(`${microsoft}/contoso.com/v2.0`, { tid: tenant }),
      of(`${microsoft}/contoso.com/v2.0`, { tid: "contoso.com" }),
      of(`${microsoft}/${tenant}/v2.0`, { tid: other }),
      of("https://idp.example/a?b=c", { iss: 7 }),
      of("https://idp.example/a?b=c\n?d", {}),
    ],
    [
      `${b2c}/${tenant}/v2.0/`,
      policy,
      policy,
      `${microsoft}/${tenant}/v2.0`,
      `${microsoft}/${tenant}/v2.0`,
      `${microsoft}/contoso.com/v2.0`,
      `${microsoft}/${tenant}/v2.0`,
      "https://idp.example/a",
      "https://idp.example/a",
    ],
  );
});

test("a host of External ID by the tenant's ID is meant by that of its name, for the same tenant and at Microsoft's domain alone", () => {
  const own = `https://${tenant}.ciamlogin.com/${tenant}/v2.0`;
  const cases = {
    [`https://contoso.ciamlogin.com/${tenant}/v2.0`]: own,
    "https://contoso.ciamlogin.com/contoso.onmicrosoft.com/v2.0": own,
    "https://contoso.ciamlogin.com/": own,
    [`https://contoso.ciamlogin.com/${other}/v2.0`]: own,
    "https://contoso.ciamlogin.com.evil.example/": own,
    "http://contoso.ciamlogin.com/": own,
    "https://a.ciamlogin.com/": `https://${tenant}.ciamlogin.com.evil.example/${tenant}/v2.0`,
    "https://b.ciamlogin.com/": `https://${tenant}.ciamlogin.com/${other}/v2.0`,
    "https://c.ciamlogin.com/": `http://${tenant}.ciamlogin.com/${tenant}/v2.0`,
    "https://d.ciamlogin.com/": "nothing",
  };
  assert.deepEqual(
    Object.entries(cases).map(([issuer, found]) => isExternalIdTenant(issuer, found)),
    [true, true, true, false, false, false, false, false, false, false],
  );
});
