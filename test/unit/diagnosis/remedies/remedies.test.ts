import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anyScope,
  audience,
  type Claims,
  client,
  customClaim,
  issuer,
} from "../../../../src/agentcore/authorizer/claimRules.ts";
import type { Finding, Rule } from "../../../../src/agentcore/authorizer/finding.ts";
import { fixFor } from "../../../../src/diagnosis/remedies/remedies.ts";
import type { SignInTopic } from "../../../../src/diagnosis/remedies/remedy.ts";
import {
  type IdentityProviderId,
  identityProviderIds,
} from "../../../../src/oauth/identityProviders/identityProviderIds.ts";
import { identityProvider } from "../../../../src/oauth/identityProviders/identityProviders.ts";

const idOf: Readonly<Record<IdentityProviderId, string>> = {
  okta: "Okta: ",
  oktaOrg: "Okta: ",
  entra: "Entra: ",
  entraV1: "Entra: ",
  cognito: "Cognito: ",
  auth0: "Auth0: ",
  keycloak: "Keycloak: ",
  pingFederate: "PingFederate: ",
  google: "Google: ",
  generic: "",
};

/** What tokens of each provider say, as the reference has it. */
const tokens: Readonly<Record<"okta" | "entra" | "entraV1" | "cognito" | "generic", Claims>> = {
  okta: { iss: "https://o.okta.com/oauth2/default", aud: "api://default", cid: "0oa1", scp: ["openid"], sub: "a@b.c" },
  entra: {
    iss: "https://login.microsoftonline.com/t/v2.0",
    aud: "1b-guid",
    azp: "c1",
    scp: "access_as_user",
    ver: "2.0",
  },
  entraV1: { iss: "https://sts.windows.net/t/", aud: "api://app", appid: "c1", scp: "access_as_user", ver: "1.0" },
  cognito: {
    iss: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a",
    client_id: "cog1",
    scope: "gw/read",
    token_use: "access",
  },
  generic: { iss: "https://idp.example", aud: "other", client_id: "app", scope: "read" },
};

const rules: Readonly<Record<string, (claims: Claims) => Finding>> = {
  audience: (claims) => audience(claims, ["api://wanted"]),
  client: (claims) => client(claims, ["wanted"]),
  scope: (claims) => anyScope(claims, ["wanted"]),
  customClaim: (claims) =>
    customClaim(claims, {
      inboundTokenClaimName: "client_id",
      inboundTokenClaimValueType: "STRING",
      authorizingClaimMatchValue: { claimMatchOperator: "EQUALS", claimMatchValue: { matchValueString: "wanted" } },
    }),
  issuer: (claims) => issuer(claims, "https://wanted.example"),
};

const finding = (rule: Rule): Finding => ({ rule, claim: "", expected: "x", found: undefined, ok: false });

/** The words that make each fix one for this provider and this rule. */
const told: readonly (readonly [keyof typeof tokens, string, RegExp])[] = [
  ["okta", "audience", /^Okta: .*authorization server.*allowedAudience/],
  ["okta", "client", /^Okta: add a `client_id` claim to the authorization server.*or use `customClaims` with `cid`/],
  ["okta", "scope", /^Okta: .*access policy/],
  ["okta", "customClaim", /^Okta: .*`cid`.*`client_id` claim/],
  ["okta", "issuer", /^Okta: .*\/oauth2\/<id>\/\.well-known\/openid-configuration/],
  ["entra", "audience", /^Entra: .*GUID.*never api:\/\//],
  ["entra", "client", /^Entra: .*`azp`.*instead of allowedClients/],
  ["entra", "scope", /^Entra: .*Expose an API/],
  ["entra", "customClaim", /^Entra: .*`azp`/],
  ["entra", "issuer", /^Entra: the token is of version 2: discoveryUrl/],
  ["entraV1", "audience", /^Entra: set `requestedAccessTokenVersion` to 2/],
  ["entraV1", "client", /^Entra: .*`appid`.*`requestedAccessTokenVersion` to 2/],
  ["entraV1", "issuer", /^Entra: set `requestedAccessTokenVersion` to 2/],
  ["cognito", "audience", /^Cognito: .*no aud.*Use allowedClients/],
  ["cognito", "client", /^Cognito: .*allowedClients/],
  ["cognito", "scope", /^Cognito: .*<resource server identifier>\/<scope>/],
  ["cognito", "customClaim", /^The token was issued to another client/],
  ["cognito", "issuer", /^Cognito: the issuer is the user pool/],
  ["generic", "audience", /^Put the audience that tokens have into allowedAudience/],
  ["generic", "client", /^Put this client into allowedClients/],
  ["generic", "scope", /^Let the client ask for one of the scopes/],
  ["generic", "customClaim", /^The token was issued to another client/],
  ["generic", "issuer", /^Put the discovery document of the issuer/],
];

for (const [provider, rule, words] of told) {
  test(`${provider} and ${rule}: the fix is in the provider's own words`, () => {
    const claims = tokens[provider];
    const found = rules[rule]?.(claims);
    assert.ok(found && !found.ok);
    assert.match(fixFor(identityProvider(provider), found, { claims }).text, words);
  });
}

test("an Entra scope in its full name, and a token without scopes, have fixes of their own", () => {
  const entra = identityProvider("entra");
  const fix = (claims: Claims, scope: string) => fixFor(entra, anyScope(claims, [scope])).text;
  assert.match(fix({ scp: "access_as_user" }, "api://app/access_as_user"), /advertisedScopeMapping/);
  assert.match(fix({ roles: ["Read"] }, "access_as_user"), /`roles` STRING_ARRAY CONTAINS/);
});

test("a claim that is not there is added where the provider has claims, and one of another value is not", () => {
  const rule = (claim: string, claims: Claims) =>
    customClaim(claims, {
      inboundTokenClaimName: claim,
      inboundTokenClaimValueType: "STRING",
      authorizingClaimMatchValue: { claimMatchOperator: "EQUALS", claimMatchValue: { matchValueString: "wanted" } },
    });
  const fix = (id: IdentityProviderId, claim: string, claims: Claims) =>
    fixFor(identityProvider(id), rule(claim, claims), { claims }).text;
  assert.match(fix("okta", "team", {}), /^Okta: add the claim team .*Claims/);
  assert.match(fix("entra", "team", {}), /^Entra: add team under Token configuration/);
  assert.match(fix("cognito", "team", {}), /^Cognito: .*team.*pre token generation trigger/);
  assert.match(fix("auth0", "team", {}), /^Auth0: add the claim team in an Action/);
  assert.match(fix("keycloak", "team", {}), /^Keycloak: add a mapper for the claim team/);
  assert.match(fix("pingFederate", "team", {}), /^PingFederate: add team to the attribute contract/);
  assert.match(fix("entra", "azp", { ver: "1.0", appid: "x" }), /^Entra: set `requestedAccessTokenVersion` to 2/);
  assert.match(fix("okta", "team", { team: ["wanted"] }), /^Change the value or type of team/);
});

test("tokens that no gateway can check are told by who issues them", () => {
  const fix = (id: IdentityProviderId) => fixFor(identityProvider(id), finding("token")).text;
  assert.match(fix("google"), /^Google: access tokens are opaque.*Send the ID token \("token": "id"/);
  assert.match(fix("auth0"), /^Auth0: without an audience.*Set "audience"/);
  assert.match(fix("pingFederate"), /^PingFederate: .*JSON Web Tokens/);
  assert.match(
    fixFor(identityProvider("oktaOrg"), finding("signature")).text,
    /^Okta: .*org authorization server.*custom one/,
  );
});

const everything: readonly (Rule | SignInTopic)[] = [
  ...(["token", "algorithm", "signature", "issuer", "expiry", "notBefore", "audience", "client", "scope"] as const),
  ...(["customClaim", "revoked", "subject", "idToken", "deniedToken", "introspection", "proof"] as const),
  ...(["discovery", "resource", "registration", "redirectHost", "requestScope", "offlineAccess"] as const),
  ...(["refreshToken", "tokenKind", "answer"] as const),
];
const topics: ReadonlySet<string> = new Set(everything.slice(everything.indexOf("discovery")));

test("every provider has whole sentences for everything that can be found, under its name or in general", () => {
  const wrong = identityProviderIds.flatMap((id) =>
    everything.flatMap((one) => {
      const about = topics.has(one) ? { topic: one as SignInTopic } : { ...finding(one as Rule), claim: "groups" };
      const { text } = fixFor(identityProvider(id), about);
      const start = text.startsWith(idOf[id]) && idOf[id] !== "" ? text.slice(idOf[id].length) : text;
      const whole = /^[A-Za-z`]/.test(start) && text.endsWith(".") && !/undefined|null|\[object|\$\{| {2}/.test(text);
      const owner = Object.values(idOf).find((name) => name !== "" && text.startsWith(name));
      return whole && (owner === undefined || owner === idOf[id]) ? [] : [`${id} ${one}: ${text}`];
    }),
  );
  assert.deepEqual(wrong, []);
});

test("the rule that would take the token comes with the fix, ready to be pasted", () => {
  const { okta, entra, cognito } = tokens;
  const paste = (id: IdentityProviderId, rule: string, claims: Claims) => {
    const found = rules[rule]?.(claims) ?? finding("token");
    return JSON.parse(`{${fixFor(identityProvider(id), found, { claims }).paste ?? ""}}`);
  };
  const equals = (inboundTokenClaimName: string, matchValueString: string) => ({
    inboundTokenClaimName,
    inboundTokenClaimValueType: "STRING",
    authorizingClaimMatchValue: { claimMatchOperator: "EQUALS", claimMatchValue: { matchValueString } },
  });
  assert.deepEqual(
    {
      okta: [paste("okta", "client", okta), paste("okta", "audience", okta), paste("okta", "scope", okta)],
      entra: [paste("entra", "client", entra), paste("entra", "scope", entra)],
      cognito: [paste("cognito", "audience", cognito), paste("cognito", "scope", cognito)],
      expiry: fixFor(identityProvider("okta"), finding("expiry"), { claims: okta }).paste,
    },
    {
      // A rule on openid alone would let every client in.
      okta: [{ customClaims: [equals("cid", "0oa1")] }, { allowedAudience: ["api://default"] }, {}],
      entra: [{ customClaims: [equals("azp", "c1")] }, { allowedScopes: ["access_as_user"] }],
      cognito: [{ allowedClients: ["cog1"] }, { allowedScopes: ["gw/read"] }],
      expiry: undefined,
    },
  );
});
