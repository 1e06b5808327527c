import { isSecureUrl } from "../../lib/secureUrl.ts";
import { renewAt, sentToken, type TokenSet } from "../../oauth/tokens/tokenSet.ts";
import type { Connection } from "../connection.ts";
import { headersFor } from "../headers/headersSetting.ts";
import { managedGateways } from "../managed/managedSettings.ts";
import type { ResolvedConnection } from "../resolvedConnection.ts";
import { type SettingsValues, usableSetting } from "../settings/readGatewaySettings.ts";
import type { ToolLayers } from "../toolRules/toolLayers.ts";

/**
 * Direct mode: the editor is given the gateway's own address and a token, in place of the relay's socket. It is for editors
 * whose administrator allows MCP servers by their https addresses, which no socket has.
 *
 * The editor then speaks to the gateway by itself, so that nothing which the relay does is done: direct mode is refused
 * wherever that would take away what somebody relies on.
 */
export type DirectObstacle =
  | "address"
  | "aws"
  | "idToken"
  | "boundToken"
  | "tools"
  | "hiddenTools"
  | "timeout"
  | "headers"
  | "policySession"
  | "managed";

export interface DirectWorld {
  readonly settings: SettingsValues;
  readonly layers: ToolLayers;
  /** Undefined for a gateway that asks nobody to sign in. */
  readonly resolved: Pick<ResolvedConnection, "bearerToken" | "proofs"> | undefined;
  /** Undefined while nobody is signed in. */
  readonly tokens: TokenSet | undefined;
}

/** What stands in the way of direct mode for a gateway; nothing where it can be used. */
export function directObstacles(
  { url, authorization }: Pick<Connection, "url" | "authorization">,
  { settings, layers, resolved, tokens }: DirectWorld,
): readonly DirectObstacle[] {
  const is: Readonly<Record<DirectObstacle, boolean>> = {
    address: !isSecureUrl(new URL(url)),
    aws: authorization.kind === "aws",
    idToken: resolved?.bearerToken === "id",
    boundToken: (resolved?.proofs.length ?? 0) > 0 || tokens?.isBound === true,
    tools: layers.rules.length > 0,
    hiddenTools: layers.hidden.length > 0,
    timeout: layers.timeout !== undefined,
    headers: headersFor(managedGateways(settings, url), url) !== undefined,
    policySession: usableSetting("policySession", settings, url) === true,
    managed: isManaged(settings, url),
  };
  return (Object.keys(is) as DirectObstacle[]).filter((obstacle) => is[obstacle]);
}

/** Whether the administrator of this machine rules it out. */
function isManaged({ policy }: SettingsValues, url: string): boolean {
  try {
    policy?.of(url).mayGoDirect();
    return false;
  } catch {
    return true;
  }
}

/** A token as the editor gets it in direct mode. */
export interface DirectToken {
  readonly text: string;
  /** Names the token without a word of it: the editor starts the server anew where another one came. */
  readonly version: string;
  /** When the next one is due, in milliseconds since the epoch; undefined where it has no known end. */
  readonly renewAt: number | undefined;
}

/** @returns undefined where nobody is signed in */
export function directToken(tokens: TokenSet | undefined): DirectToken | undefined {
  if (!tokens) return undefined;
  const { text, issuedAt, expiresAt } = sentToken(tokens, "access");
  return text === undefined
    ? undefined
    : { text, version: String(issuedAt), renewAt: renewAt({ issuedAt, expiresAt }) };
}
