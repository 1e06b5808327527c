import { isDeepStrictEqual } from "node:util";
import { type AuthorizerConfiguration, configurationFaults } from "../agentcore/authorizer/authorizerConfiguration.ts";
import type { BeyondAgentCore } from "../agentcore/authorizer/beyondAgentCore.ts";
import type { Claims } from "../agentcore/authorizer/claimRules.ts";
import type { HttpFetch } from "../lib/httpPort.ts";
import type { Json } from "../mcp/passThrough.ts";
import type { AuditEntry } from "./audit/auditEntry.ts";
import type { GatewayFaults } from "./gatewayFaults.ts";
import type { Door } from "./http/httpServer.ts";
import type { PathTarget } from "./http/pathTarget.ts";
import type { Interceptor } from "./interceptors/interceptor.ts";
import { type LimitRules, limitProblems } from "./limits/limits.ts";
import type { RateLimit } from "./limits/rateLimit.ts";
import { type McpSettings, type ProtocolVersion, protocolVersions } from "./mcp/mcpFront.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { nodeSignatureCheck, nodeTokenHash } from "./nodeTokenCrypto.ts";
import type { PolicyRules } from "./policies/policy.ts";
import { PAGE_SIZE } from "./router/page.ts";
import { type Target, targetName } from "./router/target.ts";

/** Everything that a gateway can be told. Only `targets` is required. */
export interface GatewayOptions {
  /** The interface to listen on; by default only this machine can connect. */
  readonly host?: string;
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly path?: string;
  /**
   * The address of the MCP endpoint for callers, when it differs from the one where the gateway listens, as behind a
   * TLS proxy. It becomes the `resource` of the metadata.
   */
  readonly publicUrl?: string;
  /**
   * AWS's `authorizerConfiguration`. Absent: the gateway lets everyone in, as AgentCore does with authorizer type NONE.
   */
  readonly authorizer?: AuthorizerConfiguration;
  /** Whose signature AWS would look at. Nobody can be let in here then: such a gateway does not start. */
  readonly signedBy?: "AWS_IAM" | "AUTHENTICATE_ONLY";
  /** The issuer that the metadata names, when it is not the discovery URL without its suffix. */
  readonly authorizationServer?: string;
  readonly targets: readonly Target[];
  /** Targets with a path of their own beside the MCP endpoint's. */
  readonly pathTargets?: readonly PathTarget[];
  /** The scopes that a call of `target___tool` needs, all of them. AgentCore has no such rule. */
  readonly toolScopes?: Readonly<Record<string, readonly string[]>>;
  readonly supportedVersions?: readonly ProtocolVersion[];
  /** What the gateway tells a model about how to use it. */
  readonly instructions?: string;
  /** SEMANTIC adds the tool `x_amz_bedrock_agentcore_search`, which here searches tools by words. */
  readonly searchType?: "SEMANTIC";
  /**
   * How long a session lasts from its start (`sessionConfiguration`). Requests of versions before 2026-07-28 then need
   * a session, as at AgentCore. When absent, a session lasts an hour for callers who open one, and requests without a
   * session are answered too, since AgentCore has no sessions then.
   */
  readonly sessionTimeoutSeconds?: number;
  /**
   * DEBUG tells callers what failed behind the gateway. Otherwise they learn only that something failed, as at
   * AgentCore.
   */
  readonly exceptionLevel?: "DEBUG";
  /**
   * Whether targets may ask callers of versions before 2026-07-28 something, which AgentCore allows with sessions and
   * streaming only. True when absent.
   */
  readonly asksCallers?: boolean;
  /** How many items a page of a list has. 0 means one page, as AWS's `disableMcpListToolsPagination` does, up to `PAGE_BYTES`. */
  readonly pageSize?: number;
  /** The policies that are asked about each call of a tool. Without any rules no policy is asked. */
  readonly policies?: PolicyRules;
  /** How often callers may send requests. An absent rule sets no limit. */
  readonly limits?: LimitRules;
  /** Programs that stand in for the functions of AWS's interceptors. */
  readonly interceptors?: readonly Interceptor[];
  /** AWS's rate limits, decided as AWS decides. */
  readonly rateLimits?: readonly RateLimit[];
  /**
   * Called for every request to the MCP endpoint, at the end of its answer. The answer waits for it, so a slow recorder
   * has to limit itself, as `auditLog` does.
   */
  readonly audit?: (entry: AuditEntry, gatewayUrl: string) => void | Promise<void>;
  /** How many requests are missing from the audit because it could not be written. `/healthz` reports them. */
  readonly auditLost?: () => number;
  /** Whether requests are refused, because the audit cannot be written. Absent: they are let in. */
  readonly auditRefuses?: () => boolean;
  /** Metrics, served at `/metrics`. Without them there is no such page. */
  readonly metrics?: Metrics;
  /**
   * Further names by which callers reach this machine, for a gateway that listens for others. `Host` headers may name
   * them, and pages from them may call the gateway.
   */
  readonly allowedHosts?: readonly string[];
  /** Further rules for tokens that AgentCore would accept. None when absent. */
  readonly beyondAgentCore?: BeyondAgentCore;
  /**
   * Says whether a token was revoked. AgentCore accepts a revoked token until it expires, as we do when this is absent.
   */
  readonly isRevoked?: (payload: Claims) => boolean | Promise<boolean>;
  readonly faults?: GatewayFaults;
  /** What stands before the gateway, to let requests go wrong on their way. */
  readonly door?: Door;
  readonly log?: (message: string, facts: Json) => void;
  readonly clockSkewSeconds?: number;
  /** How long a list waits for a target before it leaves it out; 10 seconds when absent. */
  readonly listTimeoutMs?: number;
  /** How long a call waits for its target; when absent 15 minutes, AgentCore's limit. */
  readonly callTimeoutMs?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Reads the issuer's keys. */
  readonly fetch?: HttpFetch;
}

const LIST_TIMEOUT_MS = 10_000;

/** AgentCore's limit for one invocation. */
export const CALL_TIMEOUT_MS = 15 * 60_000;

export const SIGNATURES_UNCHECKED = "expected CUSTOM_JWT or NONE, since AWS's own signatures cannot be checked here";

export function optionProblems({
  authorizer,
  signedBy,
  targets,
  toolScopes = {},
  limits = {},
}: GatewayOptions): string[] {
  const names = targets.map(({ name }) => name);
  const limited = Object.keys(toolScopes).length > 0;
  return [
    ...(signedBy ? [`authorizerType: ${SIGNATURES_UNCHECKED}, found ${signedBy}`] : []),
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

/** The listen address, by which callers know the gateway, can only change with a restart. */
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
    asksCallers: options.asksCallers ?? true,
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
  };
}
