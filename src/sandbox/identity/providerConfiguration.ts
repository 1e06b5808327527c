import { randomBytes } from "node:crypto";
import { type Configuration, errors, type KoaContextWithOIDC } from "oidc-provider";
import type { SandboxFaults } from "../faults/sandboxFaults.ts";
import { confirmCodePage, userCodePage } from "../pages/devicePage.ts";
import type { HtmlPage } from "../pages/htmlPage.ts";
import { logoutPage, messagePage } from "../pages/messagePage.ts";
import type { ProfileAddresses, SandboxProfile } from "../profiles/sandboxProfile.ts";
import { accessTokenClaims } from "./accessTokenClaims.ts";
import type { Accounts } from "./accounts.ts";
import { withAnyScope } from "./anyScope.ts";
import { extraParameters } from "./extraParameters.ts";
import type { MemoryStore } from "./memoryStore.ts";
import type { ProviderKeys } from "./providerKeys.ts";
import { type ClientSecrets, registeredClients } from "./registeredClients.ts";
import { resourceIndicators } from "./resourceIndicators.ts";
import type { TokenLedger } from "./tokenLedger.ts";

export interface ProviderWorld {
  readonly profile: SandboxProfile;
  readonly addresses: ProfileAddresses;
  readonly accounts: Accounts;
  readonly keys: ProviderKeys;
  readonly store: MemoryStore;
  readonly ledger: TokenLedger;
  readonly secrets: ClientSecrets;
  readonly accessTokenSeconds: number;
  /** Whether a proof of possession needs a nonce of the provider (RFC 9449, 8). */
  readonly wantsNonces: boolean;
  readonly faults: () => SandboxFaults;
}

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** The configuration that makes oidc-provider behave like a profile's identity provider. */
export function providerConfiguration(world: ProviderWorld): Configuration {
  const { profile, addresses, accounts, keys, store, ledger, secrets, accessTokenSeconds, wantsNonces, faults } = world;
  const { routes, scopes, revocation, refreshTokens, idToken } = profile;
  const { origin } = addresses;
  // Cookies ignore ports, so two sandboxes on one host would overwrite each other's.
  const cookieName = (name: string) => `${name}_${new URL(origin).port}`;
  return {
    adapter: (model) => (model === "Client" ? withAnyScope(store.adapter(model)) : store.adapter(model)),
    jwks: { keys: [...new Set(Object.values(keys))].map(({ privateJwk }) => ({ ...privateJwk })) },
    clients: registeredClients(profile, secrets),
    routes: { ...routes },
    scopes: [...scopes.identity, ...(scopes.listed ? scopes.api : [])],
    claims: Object.fromEntries(Object.entries(idToken.claims).map(([scope, claims]) => [scope, [...claims]])),
    // The ID token contains the name, so that an editor can show it without another request.
    conformIdTokenClaims: false,
    responseTypes: ["code"],
    subjectTypes: ["public"],
    pkce: { required: () => true },
    extraParams: extraParameters(profile),
    // Every sign-in has its own consent, so an earlier one of the same browser is not reused.
    loadExistingGrant: ({ oidc }) => {
      const grantId = oidc.result?.consent?.grantId;
      return grantId === undefined ? undefined : oidc.provider.Grant.find(grantId);
    },
    issueRefreshToken: ({ oidc }, client, source) => {
      if (!client.grantTypeAllowed("refresh_token")) return false;
      if (refreshTokens.given === "always") return true;
      if (refreshTokens.given === "offlineAccess") return source.scopes.has("offline_access");
      const agreed = oidc.entities.Grant?.getOIDCScope().split(" ").includes("offline_access") ?? false;
      return agreed || source.kind === "DeviceCode";
    },
    rotateRefreshToken: () => {
      // oidc-provider asks this first about a valid refresh token, so a refusal here leaves it unspent.
      if (faults().refreshRefused) throw new errors.InvalidGrant("the sandbox refuses renewals");
      return refreshTokens.renewal !== "kept" && !faults().noRotation;
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
      IdToken: () => HOUR_SECONDS,
      RefreshToken: () => 90 * DAY_SECONDS,
      Grant: () => 90 * DAY_SECONDS,
      Session: () => DAY_SECONDS,
      Interaction: () => HOUR_SECONDS,
      DeviceCode: () => HOUR_SECONDS,
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: {
        enabled: profile.bindsTokens ?? false,
        ...(wantsNonces && { nonceSecret: randomBytes(32), requireNonce: () => true }),
      },
      pushedAuthorizationRequests: { enabled: false },
      userinfo: { enabled: false },
      clientCredentials: { enabled: profile.clients.machine !== undefined },
      deviceFlow: {
        enabled: routes.device_authorization !== undefined,
        deviceInfo: () => ({}),
        userCodeInputSource: (ctx, form, _out, error) => show(ctx, userCodePage(origin, form, error !== undefined)),
        userCodeConfirmSource: (ctx, form, client, _deviceInfo, userCode) =>
          show(ctx, confirmCodePage(origin, form, { clientName: client.clientName || client.clientId, userCode })),
        successSource: (ctx) => show(ctx, messagePage("This worked", "Go back to your device: it goes on by itself.")),
      },
      revocation: {
        enabled: routes.revocation !== undefined,
        allowedPolicy: (_ctx, client, token) =>
          token.clientId === client.clientId &&
          (token.kind === "RefreshToken" || revocation.accessTokens === "revoked"),
      },
      registration: {
        enabled: routes.registration !== undefined && profile.registrationRefusal === undefined,
        issueRegistrationAccessToken: false,
      },
      resourceIndicators: resourceIndicators(profile, addresses, { keys, accessTokenSeconds }),
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => show(ctx, logoutPage(origin, form)),
        postLogoutSuccessSource: (ctx) =>
          show(ctx, messagePage("Goodbye", "The session at the sandbox's identity provider has ended.")),
      },
    },
    formats: {
      customizers: {
        jwt: accessTokenClaims(profile, addresses, { accounts, ledger, faults }),
      },
    },
    interactions: { url: (_ctx, interaction) => `${origin}/interaction/${interaction.uid}` },
    findAccount: ({ oidc }, sub) => {
      const person = accounts.personOf(sub);
      if (!person) return undefined;
      const clientId = oidc.client?.clientId ?? "";
      return { accountId: sub, claims: () => ({ sub, ...idToken.of(person, clientId, addresses) }) };
    },
    renderError: (ctx, out) => {
      if (out.error === "invalid_redirect_uri" && profile.redirectRefusal) {
        show(ctx, messagePage("This sign-in cannot go on", profile.redirectRefusal));
        return;
      }
      const detail = out.error_description ? `${out.error}: ${out.error_description}` : out.error;
      show(ctx, messagePage("This sign-in cannot go on", detail));
    },
  };
}

/** Answers with a page, and leaves the status as it is. */
function show(ctx: KoaContextWithOIDC, page: HtmlPage): void {
  ctx.set({ ...page.headers });
  ctx.body = page.html;
}
