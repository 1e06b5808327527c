import { randomBytes } from "node:crypto";
import { type Configuration, errors, type KoaContextWithOIDC } from "oidc-provider";
import { confirmCodePage, userCodePage } from "../pages/devicePage.ts";
import { logoutPage, messagePage } from "../pages/messagePage.ts";
import type { Page } from "../pages/page.ts";
import type { SandboxFaults } from "../sandboxFaults.ts";
import type { MemoryStore } from "./memoryStore.ts";
import { personBySub } from "./people.ts";
import type { SigningKey } from "./signingKey.ts";
import type { TokenLedger } from "./tokenLedger.ts";

/** The scopes the gateway's tokens can carry. */
export const gatewayScopes = ["gateway.read", "gateway.write"] as const;

/** The public client that is registered beforehand, with the redirect URIs AWS's own guide for AgentCore uses. */
export const sandboxClientId = "gateway-connect-sandbox";
const sandboxPorts = [3334, 3335, 3336];

export interface MachineClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface ProviderWorld {
  readonly issuer: string;
  readonly key: SigningKey;
  readonly store: MemoryStore;
  readonly ledger: TokenLedger;
  readonly machine: MachineClient;
  readonly accessTokenSeconds: number;
  /** The gateway's address, the only resource there are tokens for. */
  readonly resource: () => string;
  readonly faults: () => SandboxFaults;
}

const hour = 3600;
const day = 24 * hour;

/** The identity provider as oidc-provider is told to be. */
export function providerConfiguration(world: ProviderWorld): Configuration {
  const { issuer, key, store, ledger, machine, accessTokenSeconds, resource, faults } = world;
  // Cookies know no ports, so two sandboxes on one host would overwrite each other's.
  const cookieName = (name: string) => `${name}_${new URL(issuer).port}`;
  return {
    adapter: store.adapter,
    jwks: { keys: [{ ...key.privateJwk }] },
    clients: [
      {
        client_id: sandboxClientId,
        client_name: "Gateway Connect",
        // Any port of a native client's loopback redirect is accepted (RFC 8252, 7.3).
        application_type: "native",
        redirect_uris: ["localhost", "127.0.0.1"].flatMap((host) =>
          sandboxPorts.map((port) => `http://${host}:${port}/oauth/callback`),
        ),
        grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
        response_types: ["code"],
        token_endpoint_auth_method: "none",
      },
      {
        client_id: machine.clientId,
        client_name: "A machine",
        client_secret: machine.clientSecret,
        redirect_uris: [],
        grant_types: ["client_credentials"],
        response_types: [],
        token_endpoint_auth_method: "client_secret_basic",
      },
    ],
    routes: {
      authorization: "/authorize",
      token: "/token",
      revocation: "/revoke",
      registration: "/register",
      jwks: "/jwks",
      end_session: "/logout",
      device_authorization: "/device/code",
      code_verification: "/device",
    },
    scopes: ["openid", "profile", "offline_access", ...gatewayScopes],
    claims: { openid: ["sub"], profile: ["name", "preferred_username", "email"] },
    // The name is in the ID token, so that an editor can show it without another request.
    conformIdTokenClaims: false,
    responseTypes: ["code"],
    subjectTypes: ["public"],
    pkce: { required: () => true },
    rotateRefreshToken: () => {
      // The first thing asked of a refresh token that is good: what is refused here is not spent.
      if (faults().refreshRefused) throw new errors.InvalidGrant("the sandbox refuses renewals");
      return !faults().noRotation;
    },
    expiresWithSession: () => false,
    cookies: {
      names: {
        session: cookieName("session"),
        interaction: cookieName("interaction"),
        resume: cookieName("resume"),
      },
      keys: [randomBytes(32).toString("base64url")],
      long: { httpOnly: true, sameSite: "lax", signed: true },
      short: { httpOnly: true, sameSite: "lax", signed: true },
    },
    ttl: {
      AccessToken: () => accessTokenSeconds,
      ClientCredentials: () => accessTokenSeconds,
      AuthorizationCode: () => 60,
      IdToken: () => hour,
      RefreshToken: () => 90 * day,
      Grant: () => 90 * day,
      Session: () => day,
      Interaction: () => hour,
      DeviceCode: () => hour,
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      userinfo: { enabled: false },
      clientCredentials: { enabled: true },
      deviceFlow: {
        enabled: true,
        deviceInfo: () => ({}),
        userCodeInputSource: (ctx, form, _out, error) => show(ctx, userCodePage(issuer, form, error !== undefined)),
        userCodeConfirmSource: (ctx, form, client, _deviceInfo, userCode) =>
          show(ctx, confirmCodePage(issuer, form, client.clientName || client.clientId, userCode)),
        successSource: (ctx) => show(ctx, messagePage("This worked", "Go back to your device: it goes on by itself.")),
      },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      registration: { enabled: true, issueRegistrationAccessToken: false },
      resourceIndicators: {
        enabled: true,
        // Clients that send no resource get a token for the gateway all the same, as a company's only API would.
        defaultResource: (_ctx, _client, oneOf) => oneOf ?? resource(),
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, indicator) => {
          if (withoutSlash(indicator) !== withoutSlash(resource())) throw new errors.InvalidTarget();
          return {
            scope: gatewayScopes.join(" "),
            audience: resource(),
            accessTokenTTL: accessTokenSeconds,
            accessTokenFormat: "jwt",
            jwt: { sign: { alg: "RS256" } },
          };
        },
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => show(ctx, logoutPage(issuer, form)),
        postLogoutSuccessSource: (ctx) =>
          show(ctx, messagePage("Goodbye", "The session at the sandbox's identity provider has ended.")),
      },
    },
    formats: {
      customizers: {
        jwt: (_ctx, token, { payload }) => {
          // Okta calls the client `cid` and Microsoft Entra ID `azp`: rules about either can be tried here.
          payload.cid = payload.client_id;
          payload.azp = payload.client_id;
          if (faults().wrongAudience) payload.aud = "https://another-api.example.com";
          const grantId = "grantId" in token ? token.grantId : undefined;
          ledger.accessTokenIssued(String(payload.jti), { sub: String(payload.sub), grantId });
        },
      },
    },
    interactions: { url: (_ctx, interaction) => `${issuer}/interaction/${interaction.uid}` },
    findAccount: (_ctx, sub) => {
      const person = personBySub(sub);
      if (!person) return undefined;
      const { name, email } = person;
      return { accountId: sub, claims: () => ({ sub, name, preferred_username: sub, email }) };
    },
    renderError: (ctx, out) => {
      const detail = out.error_description ? `${out.error}: ${out.error_description}` : out.error;
      show(ctx, messagePage("This sign-in cannot go on", detail));
    },
  };
}

/** Answers with a page; the status stays as it was set. */
function show(ctx: KoaContextWithOIDC, page: Page): void {
  ctx.set({ ...page.headers });
  ctx.body = page.html;
}

function withoutSlash(url: string): string {
  return url.endsWith("/") ? url.slice(0, -1) : url;
}
