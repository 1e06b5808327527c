import { isDeepStrictEqual } from "node:util";
import { type AuthorizerConfiguration, configurationFaults } from "../agentcore/authorizer/authorizerConfiguration.ts";
import type { BeyondAgentCore } from "../agentcore/authorizer/beyondAgentCore.ts";
import type { Claims } from "../agentcore/authorizer/claimRules.ts";
import { introspection } from "../agentcore/authorizer/introspection.ts";
import type { Json } from "../mcp/passThrough.ts";
import type { AuditEntry } from "./audit/auditEntry.ts";
import type { GatewayFaults } from "./gatewayFaults.ts";
import { type LimitRules, limitProblems } from "./limits/limits.ts";
import { type McpSettings, type ProtocolVersion, protocolVersions } from "./mcp/mcpFront.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { nodeSignatureCheck, nodeTokenHash } from "./nodeTokenCrypto.ts";
import { PAGE_SIZE } from "./router/page.ts";
import { type Target, targetName } from "./router/target.ts";

export interface GatewayOptions {
  /** Where to listen; by default only this machine can reach it. */
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly path?: string;
  /**
   * The address of the MCP endpoint as callers have it, where that is not where the gateway listens: behind a proxy
   * that speaks TLS, say. It becomes the `resource` of the metadata.
   */
  readonly publicUrl?: string;
  /** AWS's `authorizerConfiguration`. Absent: everyone may come in, as with AgentCore's authorizer type NONE. */
  readonly authorizer?: AuthorizerConfiguration;
  /** The issuer that the metadata names, where it is not the discovery URL without its suffix. */
  readonly authorizationServer?: string;
  readonly targets: readonly Target[];
  /** The scopes that calls of `target___tool` need, all of them. AgentCore itself has no such rule. */
  readonly toolScopes?: Readonly<Record<string, readonly string[]>>;
  readonly supportedVersions?: readonly ProtocolVersion[];
  /** What the gateway tells a model about how to use it. */
  readonly instructions?: string;
  /** SEMANTIC adds the tool `x_amz_bedrock_agentcore_search`, which finds tools by their words. */
  readonly searchType?: "SEMANTIC";
  /**
   * How long a session lasts, counted from its start (`sessionConfiguration`). A request of a version before
   * 2026-07-28 then needs one, as at AgentCore. When absent, those who open a session have it for an hour, and a
   * request without one is answered as well: AgentCore has no sessions then.
   */
  readonly sessionTimeoutSeconds?: number;
  /** DEBUG tells callers what went wrong behind the gateway; otherwise they hear that something did, as with AgentCore. */
  readonly exceptionLevel?: "DEBUG";
  /** How many items a page of a list has. 0 puts everything on one, as AWS's `disableMcpListToolsPagination` does. */
  readonly pageSize?: number;
  /** How often callers may come; what it does not name is not limited. */
  readonly limits?: LimitRules;
  /**
   * Told of every request to the MCP endpoint, at the end of its answer. The answer waits for it: what is slow has to
   * know its own limit, as `auditLog` does.
   */
  readonly audit?: (entry: AuditEntry, gatewayUrl: string) => void | Promise<void>;
  /** How many requests are missing in the audit, since it could not be written. `/healthz` says it when there are any. */
  readonly auditLost?: () => number;
  /** Figures, served at `/metrics`. There is no such page without it. */
  readonly metrics?: Metrics;
  /**
   * The names by which callers reach this machine, beside those it has for itself: what a `Host` header may say, and
   * where a page may come from. For a gateway that listens for others.
   */
  readonly allowedHosts?: readonly string[];
  /** What is asked of tokens that AgentCore would let pass. Nothing when absent. */
  readonly beyondAgentCore?: BeyondAgentCore;
  /** Beyond AgentCore, which lets a revoked token pass until it expires. Off when absent. */
  readonly isRevoked?: (payload: Claims) => boolean | Promise<boolean>;
  readonly faults?: GatewayFaults;
  readonly log?: (message: string, facts: Json) => void;
  readonly clockSkewSeconds?: number;
  /** How long a list waits for a target before it goes without it; 10 seconds when absent. */
  readonly listTimeoutMs?: number;
  /** How long a call waits for its target; 15 minutes when absent, which is AgentCore's limit. */
  readonly callTimeoutMs?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** How the issuer's keys are read. */
  readonly fetch?: typeof fetch;
}

const LIST_TIMEOUT_MS = 10_000;

/** AgentCore's limit for one invocation. */
export const CALL_TIMEOUT_MS = 15 * 60_000;

export function optionProblems({ authorizer, targets, toolScopes = {}, limits = {} }: GatewayOptions): string[] {
  const names = targets.map(({ name }) => name);
  const limited = Object.keys(toolScopes).length > 0;
  return [
    ...(authorizer ? configurationFaults(authorizer.customJWTAuthorizer) : []).map(({ path, problem }) =>
      [path, problem].filter((part) => part !== "").join(": "),
    ),
    ...(limited && !authorizer ? ["toolScopes needs an authorizer: without a token there are no scopes"] : []),
    ...limitProblems(limits),
    ...names.filter((name) => !targetName.test(name)).map((name) => `a target cannot be called ${name}`),
    ...names.filter((name, at) => names.indexOf(name) !== at).map((name) => `two targets are called ${name}`),
  ];
}

export const listenAddress = ({ host = "127.0.0.1", path = "/mcp" }: GatewayOptions) => ({ host, path });

/** What only a restart can change: callers know the gateway by it. */
export function addressChanges(before: GatewayOptions, next: GatewayOptions): string[] {
  const [from, to] = [before, next].map((options) => ({ ...listenAddress(options), port: options.port ?? 0 }));
  if (isDeepStrictEqual(from, to)) return [];
  return ["the address where the gateway listens changes with a restart only"];
}

export function mcpSettings(options: GatewayOptions): McpSettings {
  return {
    targets: options.targets,
    supportedVersions: options.supportedVersions ?? protocolVersions,
    listTimeoutMs: options.listTimeoutMs ?? LIST_TIMEOUT_MS,
    callTimeoutMs: options.callTimeoutMs ?? CALL_TIMEOUT_MS,
    pageSize: options.pageSize ?? PAGE_SIZE,
    instructions: options.instructions,
    searchType: options.searchType,
    sessionTimeoutSeconds: options.sessionTimeoutSeconds,
    exceptionLevel: options.exceptionLevel,
  };
}

export function tokenChecks(options: GatewayOptions) {
  return {
    clockSkewSeconds: options.clockSkewSeconds ?? 0,
    hash: nodeTokenHash,
    check: nodeSignatureCheck,
    isRevoked: options.isRevoked,
    beyond: options.beyondAgentCore,
    introspect: introspection({ fetch: options.fetch ?? fetch }),
  };
}
