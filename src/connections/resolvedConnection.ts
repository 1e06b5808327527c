import type { AuthorizationServer } from "../oauth/discovery/authorizationServer.ts";
import { wantedProofs } from "../oauth/discovery/proofOffer.ts";
import { type IdentityProvider, requestScopes } from "../oauth/identityProviders/identityProvider.ts";
import { identityProviderOf } from "../oauth/identityProviders/identityProviders.ts";
import type { ChosenClient } from "../oauth/signIn/client.ts";
import type { Redirect } from "../oauth/signIn/redirect.ts";
import { isMachineFlow, type SignInFlow } from "../oauth/signIn/signInFlow.ts";
import type { WantedSession } from "../oauth/tokens/sharedSession.ts";
import type { BearerToken } from "../oauth/tokens/tokenSet.ts";
import type { GatewayRules } from "../policy/policy.ts";
import type { Connection } from "./connection.ts";
import { goesByEnterprise } from "./enterprise/enterpriseFlow.ts";
import { whichEnterprise } from "./enterprise/whichEnterprise.ts";
import { managedGateways } from "./managed/managedSettings.ts";
import { type GatewaySettings, readGatewaySettings, type SettingsValues } from "./settings/readGatewaySettings.ts";

export interface SettingsWorld {
  /** The settings as they are now. */
  readonly settings: () => SettingsValues;
  /** Where the browser comes back to, for a gateway with these settings. */
  readonly redirect: (settings: GatewaySettings) => Redirect;
}

/** How a gateway is used as the settings are now, whether or not it is connected. */
export interface ResolvedGateway {
  /** As they stand. What they leave open is found by discovery. */
  readonly settings: GatewaySettings;
  readonly flow: SignInFlow;
  /** Nobody has said so: what is found out about the gateway's authorization server may be another flow's. */
  readonly isFlowOpen?: true;
  /** The person's company has an identity provider that lets them into gateways, see `whichEnterprise`. */
  readonly hasCompany?: true;
  readonly redirect: Redirect;
  /** What the administrator of this machine allows; absent where nobody has looked. */
  readonly rules?: GatewayRules | undefined;
  /** The scopes that the gateway is known to want, where it names none. */
  readonly knownScopes?: readonly string[] | undefined;
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
  /** See `wantedProofs`: what the key may sign with that a sign-in has its tokens bound to (RFC 9449). */
  readonly proofs: readonly string[];
  /** What a sign-in has to be like to serve this connection. */
  readonly wanted: WantedSession;
}

/**
 * Resolves how a gateway is used.
 *
 * @param gateway its address, and how to sign in where the settings do not say; by default in the browser, unless it turns out
 *   that the person's company signs them in
 * @throws GatewayFailure `setting_invalid`
 */
export function resolveGateway(
  { url, flow }: { readonly url: string; readonly flow?: SignInFlow | undefined },
  world: SettingsWorld,
): ResolvedGateway {
  const values = world.settings();
  const settings = readGatewaySettings(managedGateways(values, url), values.shared, url);
  const { signIn } = settings;
  const named = (signIn === "aws" ? undefined : signIn) ?? flow;
  return {
    rules: values.policy?.of(url),
    ...{ settings, flow: named ?? "browser", redirect: world.redirect(settings) },
    ...(named === undefined && { isFlowOpen: true }),
    ...(whichEnterprise(values) !== undefined && { hasCompany: true }),
  };
}

/** The flow where an authorization server is known. @param hasClient see `EnterpriseChoice` */
export const flowAt = (
  { flow, isFlowOpen, hasCompany, settings }: ResolvedGateway,
  server: AuthorizationServer,
  hasClient = false,
): SignInFlow => (isFlowOpen && hasCompany && goesByEnterprise({ server, settings, hasClient }) ? "enterprise" : flow);

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
  const { settings } = gateway;
  const { server } = authorization;
  const flow = flowAt(gateway, server, authorization.clientSource !== "registered");
  const identityProvider = identityProviderOf(server, settings.identityProvider);
  const { audience } = settings;
  const clientId = settings.clientId ?? authorization.clientId;
  const scopes = requestScopes(identityProvider, settings.scopes ?? authorization.scopes, audience);
  const resource = (settings.resource ?? authorization.resource) || undefined;
  const bearerToken = settings.token ?? identityProvider.token;
  const proofs = wantedProofs({ setting: settings.dpop, offer: authorization.proof, server, bearerToken });
  return {
    ...gateway,
    flow,
    server,
    identityProvider,
    clientId,
    clientSource: settings.clientId === undefined ? authorization.clientSource : "configured",
    scopes,
    resource,
    audience,
    bearerToken,
    proofs,
    wanted: {
      issuer: server.issuer,
      clientId,
      scopes,
      resource,
      audience,
      bearerToken,
      provider: identityProvider,
      machine: isMachineFlow(flow),
      proofs,
      byEnterprise: flow === "enterprise",
    },
  };
}

/**
 * The same where something has to go on whatever the settings hold, such as signing out: what is set for gateways counts as
 * absent where it cannot be read, and what an administrator has set does not.
 */
export function resolveReadable(connection: Connection, world: SettingsWorld): ResolvedConnection | undefined {
  try {
    return resolveConnection(connection, world);
  } catch {
    const settings = () => ({ ...world.settings(), gateways: undefined, shared: {} });
    return resolveConnection(connection, { ...world, settings });
  }
}
