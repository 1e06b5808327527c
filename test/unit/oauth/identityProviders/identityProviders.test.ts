import assert from "node:assert/strict";
import { test } from "node:test";
import { discoverGateway } from "../../../../src/connections/discovery/discoverGateway.ts";
import type { GatewaySettings } from "../../../../src/connections/settings/readGatewaySettings.ts";
import { GatewayFailure } from "../../../../src/failures/failure.ts";
import { failureText } from "../../../../src/failures/failureText.ts";
import { advisedCodes } from "../../../../src/failures/providerErrors.ts";
import { issuerToAsk } from "../../../../src/oauth/identityProviders/entraId.ts";
import type { IdentityProviderId } from "../../../../src/oauth/identityProviders/identityProviderIds.ts";
import { identityProvider, identityProviderOf } from "../../../../src/oauth/identityProviders/identityProviders.ts";
import { isResourceRefusal } from "../../../../src/oauth/identityProviders/resourceRefusal.ts";
import { logoutPage } from "../../../../src/oauth/tokens/logoutPage.ts";
import { otherAudiences } from "../../../../src/oauth/tokens/tokenAudience.ts";
import { providerCode } from "../../../../src/oauth/tokens/tokenEndpoint.ts";
import type { TokenSet } from "../../../../src/oauth/tokens/tokenSet.ts";
import { unsignedJwt } from "../../../support/fakeAuthorizationServer.ts";
import { FakeRedirect, fakeNetwork, json } from "../../../support/fakePorts.ts";
import { resolvedGateway } from "../../../support/resolved.ts";

const tenant = "11111111-2222-3333-4444-555555555555";

/** Issuers and token endpoints as the products have them, under their own hosts and under a company's. */
const known: readonly (readonly [issuer: string, tokenEndpoint: string, product: IdentityProviderId])[] = [
  ["https://dev-1.okta.com/oauth2/default", "https://dev-1.okta.com/oauth2/default/v1/token", "okta"],
  ["https://id.example.com/oauth2/aus1", "https://id.example.com/oauth2/aus1/v1/token", "okta"],
  ["https://dev-1.okta.com", "https://dev-1.okta.com/oauth2/v1/token", "oktaOrg"],
  ["https://id.example.com", "https://id.example.com/oauth2/v1/token", "oktaOrg"],
  [
    `https://login.microsoftonline.com/${tenant}/v2.0`,
    `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`,
    "entra",
  ],
  [`https://acme.ciamlogin.com/${tenant}/v2.0`, `https://acme.ciamlogin.com/${tenant}/oauth2/v2.0/token`, "entra"],
  [
    `https://login.microsoftonline.us/${tenant}/v2.0`,
    `https://login.microsoftonline.us/${tenant}/oauth2/v2.0/token`,
    "entra",
  ],
  [
    `https://login.partner.microsoftonline.cn/${tenant}/v2.0`,
    `https://login.partner.microsoftonline.cn/${tenant}/oauth2/v2.0/token`,
    "entra",
  ],
  [`https://sts.windows.net/${tenant}/`, `https://login.microsoftonline.com/${tenant}/oauth2/token`, "entraV1"],
  [
    `https://sts.chinacloudapi.cn/${tenant}/`,
    `https://login.partner.microsoftonline.cn/${tenant}/oauth2/token`,
    "entraV1",
  ],
  [
    "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf",
    "https://acme.auth.eu-west-1.amazoncognito.com/oauth2/token",
    "cognito",
  ],
  ["https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_A", "https://acme.example/oauth2/token", "cognito"],
  ["https://cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_A", "https://acme.example/oauth2/token", "cognito"],
  ["https://acme.eu.auth0.com/", "https://acme.eu.auth0.com/oauth/token", "auth0"],
  ["https://login.example.com/", "https://login.example.com/oauth/token", "auth0"],
  [
    "https://sso.example.com/realms/work",
    "https://sso.example.com/realms/work/protocol/openid-connect/token",
    "keycloak",
  ],
  [
    "https://sso.example.com/auth/realms/work",
    "https://sso.example.com/auth/realms/work/protocol/openid-connect/token",
    "keycloak",
  ],
  ["https://ping.example.com", "https://ping.example.com/as/token.oauth2", "pingFederate"],
  ["https://accounts.google.com", "https://oauth2.googleapis.com/token", "google"],
  // What only looks like one of them.
  ["https://okta.com.evil.example/oauth2/x", "https://okta.com.evil.example/token", "generic"],
  ["https://login.microsoftonline.com.evil.example/v2.0", "https://evil.example/token", "generic"],
  // Oracle's token endpoints have the path of Okta's, under a host that is not the issuer's.
  ["https://identity.oraclecloud.com/", "https://idcs-1.identity.oraclecloud.com/oauth2/v1/token", "generic"],
  ["https://login.example.com", "https://login.example.com/token", "generic"],
];

test("each product is known by its host, and behind a company's own by the form of its addresses", () => {
  assert.deepEqual(
    known.map(([issuer, token_endpoint]) => identityProviderOf({ issuer, token_endpoint }).id),
    known.map(([, , product]) => product),
  );
});

test("what the settings say comes before what the metadata looks like", () => {
  const server = { issuer: "https://dev-1.okta.com/oauth2/default" };
  assert.deepEqual([identityProviderOf(server, "entra").id, identityProviderOf(server).id], ["entra", "okta"]);
});

const gateway = "https://gw.example.com/mcp";

/** What a sign-in to a gateway behind this issuer would ask for. */
async function asked(
  [issuer, token_endpoint]: readonly [string, string, ...unknown[]],
  {
    challenge = "",
    settings = {},
    offers = ["openid", "profile", "email", "offline_access"],
    named = issuer,
  }: {
    readonly challenge?: string;
    readonly settings?: Partial<GatewaySettings>;
    readonly offers?: readonly string[];
    /** What the gateway calls the issuer. */
    readonly named?: string;
  },
) {
  const metadata = {
    issuer,
    token_endpoint,
    authorization_endpoint: new URL("/authorize", token_endpoint).href,
    scopes_supported: offers,
  };
  const at = issuer.replace(/\/$/, "");
  const { fetch } = fakeNetwork({
    [gateway]: json({}, 401, { "www-authenticate": `Bearer scope="${challenge}"` }),
    "https://gw.example.com/.well-known/oauth-protected-resource/mcp": json({
      resource: gateway,
      authorization_servers: [named],
    }),
    [`${at}/.well-known/openid-configuration`]: json(metadata),
  });
  const found = await discoverGateway([new URL(gateway)], () => resolvedGateway(settings), {
    fetch,
  });
  return found.kind === "open" ? undefined : { scopes: found.scopes.join(" "), resource: found.resource };
}

test("where a gateway names a tenant of Entra by its version 1, version 2 of the same tenant is signed in at", async () => {
  const named = (host: string) => `https://${host}/${tenant}`;
  const version2 = "https://login.microsoftonline.com/tenant/v2.0";
  assert.deepEqual(
    [
      issuerToAsk(named("login.microsoftonline.com")),
      issuerToAsk(`${named("login.microsoftonline.us")}/`),
      issuerToAsk(named("login.partner.microsoftonline.cn")),
      // What has metadata under its own name, or is nobody's we know, is left as it is.
      ...[version2, named("sts.windows.net"), named("login.microsoftonline.com.evil.example")].map(issuerToAsk),
    ],
    [
      `${named("login.microsoftonline.com")}/v2.0`,
      `${named("login.microsoftonline.us")}/v2.0`,
      `${named("login.partner.microsoftonline.cn")}/v2.0`,
      version2,
      named("sts.windows.net"),
      named("login.microsoftonline.com.evil.example"),
    ],
  );
  const [issuer, tokenEndpoint] = of("entra");
  const found = await asked([issuer, tokenEndpoint], {
    challenge: "api://0a0a/read",
    named: named("login.microsoftonline.com"),
  });
  assert.equal(found?.scopes, "api://0a0a/read openid profile offline_access");
});

test("an audience is the one that was named, at Entra by its GUID or an address", () => {
  const guid = "0a0a0a0a-1111-2222-3333-444455556666";
  const token = (aud: unknown) => ({ accessToken: unsignedJwt({ aud }), idToken: unsignedJwt({ aud: "app" }) });
  const others = (id: IdentityProviderId, aud: unknown, audience: string, bearerToken: "access" | "id" = "access") =>
    otherAudiences(token(aud) as unknown as TokenSet, { provider: identityProvider(id), audience, bearerToken });
  assert.deepEqual(
    [
      others("okta", ["api://default", "x"], "api://default"),
      others("okta", "x", "api://default"),
      others("entra", guid, `api://${guid}`),
      others("entra", `api://${guid}`, guid),
      others("entra", guid, "api://tools.example"),
      others("entra", "other", `api://${guid}`),
      others("google", "other", "app", "id"),
      others("google", "app", "app", "access"),
    ],
    [undefined, ["x"], undefined, undefined, undefined, ["other"], undefined, undefined],
  );
});

function of(product: IdentityProviderId) {
  const found = known.find(([, , id]) => id === product);
  assert.ok(found);
  return found;
}

test("scopes and resource are asked for as each product takes them", async () => {
  const api = "api://0a0a/read";
  assert.deepEqual(
    {
      okta: await asked(of("okta"), { challenge: "read", offers: ["openid", "profile"] }),
      entra: await asked(of("entra"), { challenge: api }),
      entraShort: await asked(of("entra"), { challenge: "read", settings: { audience: "0a0a" } }),
      entraUri: await asked(of("entra"), { challenge: "read", settings: { audience: "api://tools/" } }),
      entraUnknown: await asked(of("entra"), { challenge: "read" }),
      entraResource: await asked(of("entra"), { challenge: api, settings: { resource: "https://gw.example.com/mcp" } }),
      cognito: await asked(of("cognito"), { challenge: "tools/read" }),
      google: await asked(of("google"), {}),
      configured: await asked(of("okta"), { challenge: "read", settings: { scopes: ["only"], resource: false } }),
    },
    {
      okta: { scopes: "read openid profile offline_access", resource: gateway },
      entra: { scopes: `${api} openid profile offline_access`, resource: undefined },
      entraShort: { scopes: `${api} openid profile offline_access`, resource: undefined },
      entraUri: { scopes: "api://tools/read openid profile offline_access", resource: undefined },
      entraUnknown: { scopes: "read openid profile offline_access", resource: undefined },
      entraResource: { scopes: `${api} openid profile offline_access`, resource: gateway },
      cognito: { scopes: "tools/read openid", resource: gateway },
      google: { scopes: "openid profile email", resource: gateway },
      configured: { scopes: "only", resource: undefined },
    },
  );
});

test("a client that signs in as itself asks Entra for what was granted, and others for the gateway's scopes", () => {
  const ask = (id: IdentityProviderId, scopes: readonly string[], audience?: string) =>
    identityProvider(id).clientScopes?.(scopes, audience) ?? scopes;
  assert.deepEqual(
    [
      ask("entra", ["api://0a0a/read", "api://0a0a/write"]),
      ask("entra", [], "0a0a"),
      ask("entra", []),
      ask("okta", ["read"]),
    ],
    [["api://0a0a/.default"], ["api://0a0a/.default"], [], ["read"]],
  );
});

test("the logout page is the product's own, without the ID token in its address", () => {
  const page = (id: IdentityProviderId, more: Readonly<Record<string, string>> = {}) => {
    const [issuer, token_endpoint] = of(id);
    const server = { issuer, token_endpoint, authorization_endpoint: "https://domain.example/authorize", ...more };
    const redirect = new FakeRedirect();
    const asked = { server, identityProvider: identityProvider(id), clientId: "app", scopes: ["openid"], redirect };
    assert.equal(logoutPage({ ...asked, flow: "clientCredentials" }), undefined);
    return logoutPage({ ...asked, flow: "browser" });
  };
  const end_session_endpoint = "https://id.example/logout";
  assert.deepEqual(
    {
      okta: page("okta", { end_session_endpoint }),
      entra: page("entra", { end_session_endpoint }),
      cognito: page("cognito"),
      auth0: page("auth0"),
      google: page("google"),
      none: page("generic"),
      unsafe: page("generic", { end_session_endpoint: "javascript:alert(1)" }),
    },
    {
      okta: "https://dev-1.okta.com/login/signout",
      entra: "https://id.example/logout?client_id=app",
      cognito:
        "https://domain.example/logout?client_id=app&response_type=code&redirect_uri=http%3A%2F%2Flocalhost%3A3334%2Foauth%2Fcallback&scope=openid",
      auth0: "https://acme.eu.auth0.com/v2/logout?client_id=app",
      google: "https://accounts.google.com/Logout",
      none: undefined,
      unsafe: undefined,
    },
  );
});

const refused = (error: string, code?: string) =>
  new GatewayFailure("token_refused", {
    issuer: "https://login.example.com",
    status: 400,
    error,
    ...providerCode(code),
  });

test("a refused resource is told from every other refusal", () => {
  assert.deepEqual(
    [
      refused("invalid_target"),
      refused("invalid_request", "AADSTS901002"),
      refused("invalid_request", "AADSTS9010010"),
      refused("invalid_request", "AADSTS50011"),
      refused("invalid_grant"),
      new GatewayFailure("access_denied", { issuer: "x" }),
      new Error("invalid_target"),
    ].map(isResourceRefusal),
    [true, true, true, false, false, false, false],
  );
});

test("a provider's own code is shown, and known ones say what to do about them", () => {
  const words = (code: string) => {
    const { detail, nextStep } = failureText(refused("invalid_request", code) as never);
    return [detail.includes(`invalid_request (${code})`), nextStep];
  };
  const [, otherwise] = words("AADSTS123456");
  assert.ok(advisedCodes.length > 10);
  for (const code of advisedCodes) {
    const [shown, nextStep] = words(code);
    assert.deepEqual({ code, shown, particular: nextStep !== otherwise }, { code, shown: true, particular: true });
  }
});
