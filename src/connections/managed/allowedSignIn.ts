import type { TokenSet } from "../../oauth/tokens/tokenSet.ts";
import type { SignInKind } from "../../policy/policyDocument.ts";
import type { Connection } from "../connection.ts";
import { whichEnterprise } from "../enterprise/whichEnterprise.ts";
import { type ResolvedGateway, resolveConnection, resolveGateway, type SettingsWorld } from "../resolvedConnection.ts";
import { judgedAccount, maySignIn, rulesOf } from "./managedGateway.ts";

/**
 * Resolves how a gateway is used to which somebody is to be signed in, where the administrator of this machine allows that.
 *
 * @throws GatewayFailure `setting_invalid`, and those of `GatewayRules.maySignIn`
 */
export function resolveAllowed(gateway: Parameters<typeof resolveGateway>[0], world: SettingsWorld): ResolvedGateway {
  const resolved = resolveGateway(gateway, world);
  const { flow, isFlowOpen, settings } = resolved;
  maySignIn(gateway.url, { kind: isFlowOpen ? undefined : flow, issuer: settings.issuer }, world);
  return resolved;
}

/**
 * Looks whether the administrator of this machine allows a sign-in, before anybody is sent anywhere.
 *
 * @param kind how, where it is not as the connection has it
 * @throws GatewayFailure of `GatewayRules.maySignIn`
 */
export function mayBegin(connection: Connection, kind: SignInKind | undefined, world: SettingsWorld): void {
  const { authorization, url } = connection;
  const issuer = authorization.kind === "oauth" ? authorization.server.issuer : undefined;
  const flow = resolveConnection(connection, world)?.flow;
  const own = flow === "enterprise" ? flow : (kind ?? flow);
  maySignIn(url, { kind: own, issuer }, world);
  if (own !== "enterprise") return;
  // Two providers take part then, and both have to be allowed.
  const { issuer: company } = (whichEnterprise(world.settings(), authorization) ?? {}) as { readonly issuer?: unknown };
  if (typeof company === "string") maySignIn(url, { kind: own, issuer: company }, world);
}

/** Whether a gateway may be used with these tokens. */
export function isAccountAllowed(url: string, tokens: TokenSet, world: SettingsWorld): boolean {
  try {
    rulesOf(url, world).mayKeep(judgedAccount(tokens));
    return true;
  } catch {
    return false;
  }
}
