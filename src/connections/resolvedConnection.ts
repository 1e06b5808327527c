import type { AuthorizationServer } from "../oauth/discovery/authorizationServer.ts";
import { type IdentityProvider, requestScopes } from "../oauth/identityProviders/identityProvider.ts";
import { identityProviderOf } from "../oauth/identityProviders/identityProviders.ts";
import type { ChosenClient } from "../oauth/signIn/client.ts";
import type { Redirect } from "../oauth/signIn/redirect.ts";
import type { SignInFlow } from "../oauth/signIn/signInFlow.ts";
import type { WantedSession } from "../oauth/tokens/sharedSession.ts";
import type { BearerToken } from "../oauth/tokens/tokenSet.ts";
import type { Connection } from "./connection.ts";
import { type GatewaySettings, readGatewaySettings, type SettingsValues } from "./settings/readGatewaySettings.ts";
import type { RedirectSettings } from "./settings/redirectSettings.ts";

export interface SettingsWorld {
  /** The settings as they are now. */
  readonly settings: () => SettingsValues;
  /** Where the browser comes back to, for a gateway with these settings. */
  readonly redirect: (settings: RedirectSettings) => Redirect;
}

/** How a gateway is used as the settings are now, whether or not it is connected. */
export interface ResolvedGateway {
  /** As they stand. What they leave open is found by discovery. */
  readonly settings: GatewaySettings;
  readonly flow: SignInFlow;
  readonly redirect: Redirect;
}

/**
 * A connection as the settings are now. What they name goes before what was found and chosen when it was connected, and
 * that before what its identity provider is known for. Everybody who signs in, asks, explains or signs out reads it here,
 * so that no two of them can differ.
 */
export interface ResolvedConnection extends ResolvedGateway {
  /** The identity provider's metadata as it was found. */
  readonly server: AuthorizationServer;
  readonly identityProvider: IdentityProvider;
  readonly clientId: string;
  readonly clientSource: ChosenClient["source"];
  /** The scopes to ask for, spelled as the identity provider takes them. */
  readonly scopes: readonly string[];
  /** The resource indicator to ask a token for (RFC 8707). */
  readonly resource: string | undefined;
  /** The audience that a token must have to be kept; undefined leaves that to the gateway. */
  readonly audience: string | undefined;
  /** Which of the tokens the gateway gets. */
  readonly bearerToken: BearerToken;
  /** What a sign-in has to be like to serve this connection. */
  readonly wanted: WantedSession;
}

/**
 * Resolves how a gateway is used.
 *
 * @param gateway its address, and how to sign in where the settings do not say; by default in the browser
 * @throws GatewayFailure `setting_invalid`
 */
export function resolveGateway(
  { url, flow = "browser" }: { readonly url: string; readonly flow?: SignInFlow | undefined },
  world: SettingsWorld,
): ResolvedGateway {
  const { gateways, shared } = world.settings();
  const settings = readGatewaySettings(gateways, shared, url);
  const { signIn } = settings;
  const named = signIn === "aws" ? undefined : signIn;
  return { settings, flow: named ?? flow, redirect: world.redirect(settings.redirect) };
}

/**
 * Resolves a connection.
 *
 * @returns undefined for a gateway that asks nobody to sign in, or takes signatures of AWS credentials
 * @throws GatewayFailure `setting_invalid`
 */
export function resolveConnection(
  { url, authorization }: Pick<Connection, "url" | "authorization">,
  world: SettingsWorld,
): ResolvedConnection | undefined {
  if (authorization.kind !== "oauth") return undefined;
  const gateway = resolveGateway({ url, flow: authorization.signIn }, world);
  const { settings, flow } = gateway;
  const { server } = authorization;
  const identityProvider = identityProviderOf(server, settings.identityProvider);
  const { audience } = settings;
  const clientId = settings.clientId ?? authorization.clientId;
  const scopes = requestScopes(identityProvider, settings.scopes ?? authorization.scopes, audience);
  const resource = (settings.resource ?? authorization.resource) || undefined;
  const bearerToken = settings.token ?? identityProvider.token;
  return {
    ...gateway,
    server,
    identityProvider,
    clientId,
    clientSource: settings.clientId === undefined ? authorization.clientSource : "configured",
    scopes,
    resource,
    audience,
    bearerToken,
    wanted: {
      issuer: server.issuer,
      clientId,
      scopes,
      resource,
      audience,
      bearerToken,
      provider: identityProvider,
      machine: flow === "clientCredentials",
    },
  };
}

/**
 * The same where something has to go on whatever the settings hold, such as signing out: those that cannot be read count
 * as absent.
 */
export function resolveReadable(connection: Connection, world: SettingsWorld): ResolvedConnection | undefined {
  try {
    return resolveConnection(connection, world);
  } catch {
    return resolveConnection(connection, { ...world, settings: () => ({ gateways: undefined, shared: {} }) });
  }
}
