import type { AuthorizerConfiguration } from "../core/authorizer/authorizerConfiguration.ts";
import { configurationProblems } from "../core/authorizer/authorizerConfiguration.ts";
import type { Claims } from "../core/authorizer/claims.ts";
import { signingKeys } from "../core/authorizer/signingKeys.ts";
import type { Json } from "../core/mcp/passThrough.ts";
import type { AuditEntry } from "./audit/auditEntry.ts";
import type { GatewayFaults } from "./faults.ts";
import { admitted } from "./http/admission.ts";
import { createCallsInFlight } from "./http/callsInFlight.ts";
import { answerAtEndpoint } from "./http/endpoint.ts";
import { type Body, type Reply, startHttpServer } from "./http/httpServer.ts";
import { metadata, metadataPaths } from "./http/metadata.ts";
import { createLimits, type Limited, type LimitRules, limitProblems } from "./limits/limits.ts";
import { createMcpFront, type ProtocolVersion, protocolVersions } from "./mcp/mcpFront.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { createBackOff } from "./router/backOff.ts";
import { createCatalogue } from "./router/catalogue.ts";
import { PAGE_SIZE } from "./router/page.ts";
import { type Target, targetName } from "./router/target.ts";

export interface GatewayOptions {
  /** Where to listen; by default only this machine can reach it. */
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly path?: string;
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
  /** Figures, served at `/metrics`. There is no such page without it. */
  readonly metrics?: Metrics;
  /**
   * The names by which callers reach this machine, beside those it has for itself: what a `Host` header may say, and
   * where a page may come from. For a gateway that listens for others.
   */
  readonly allowedHosts?: readonly string[];
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

export interface GatewayCounters {
  /** Answers of the MCP endpoint by HTTP status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Metadata documents that were asked for. */
  readonly metadataReads: number;
  /** Calls that were let through, by `target___tool`. */
  readonly toolCalls: Readonly<Record<string, number>>;
  /** How many times the issuer was asked for its keys. */
  readonly keyFetches: number;
}

export interface Gateway {
  /** The MCP endpoint, which is also the `resource` of the metadata, letter by letter. */
  readonly url: string;
  readonly metadataUrl: string;
  readonly port: number;
  counters(): GatewayCounters;
  /** Replaces the faults that are on. */
  setFaults(faults: GatewayFaults): void;
  /** Forgets all sessions, as a restart does. */
  forgetSessions(): Promise<void>;
  /**
   * Ends the gateway. It lets nobody in any more, except with an answer that an open call waits for, finishes the calls
   * it has, and then closes all connections.
   *
   * @param withinMs how long it gives them; without it they are cut off
   */
  stop(options?: { readonly withinMs?: number }): Promise<void>;
}

/** AgentCore's limit for a request. */
export const MAX_BODY_BYTES = 6 * 1024 * 1024;

const LIST_TIMEOUT_MS = 10_000;

/** AgentCore's limit for one invocation. */
export const CALL_TIMEOUT_MS = 15 * 60_000;

/**
 * Starts a gateway that lets in whom Amazon Bedrock AgentCore Gateway would let in, and brings their calls to the
 * targets.
 *
 * @throws Error when the configuration is one that AWS would refuse
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const problems = problemsOf(options);
  if (problems.length > 0) throw new Error(problems.join("; "));
  const { host = "127.0.0.1", path = "/mcp", now = Date.now, log = () => {} } = options;
  const rules = options.authorizer?.customJWTAuthorizer;
  const keys = rules && signingKeys(rules.discoveryUrl, { fetch: options.fetch ?? fetch, now });
  let faults = options.faults ?? {};
  const statuses: Record<number, number> = {};
  const toolCalls: Record<string, number> = {};
  let metadataReads = 0;
  let stopping = false;
  const inFlight = createCallsInFlight();

  const mcp = createMcpFront({
    info: { name: "gateway", version: "1.0.0" },
    targets: options.targets,
    supportedVersions: options.supportedVersions ?? protocolVersions,
    catalogue: createCatalogue(),
    backOff: createBackOff(),
    listTimeoutMs: options.listTimeoutMs ?? LIST_TIMEOUT_MS,
    callTimeoutMs: options.callTimeoutMs ?? CALL_TIMEOUT_MS,
    pageSize: options.pageSize ?? PAGE_SIZE,
    instructions: options.instructions,
    searchType: options.searchType,
    sessionTimeoutSeconds: options.sessionTimeoutSeconds,
    exceptionLevel: options.exceptionLevel,
    log,
    now,
    targetFailed: options.metrics?.targetFailed,
  });
  const wellKnown = metadataPaths(path);
  const server = await startHttpServer({ host, port: options.port ?? 0, maxBodyBytes: MAX_BODY_BYTES }, respond);
  const origin = `http://${host.includes(":") ? `[${host}]` : host}:${server.port}`;
  const place = { url: `${origin}${path}`, metadataUrl: `${origin}${wellKnown[0]}` };
  const world = {
    authorizer: rules &&
      keys && { rules, keys, now, clockSkewSeconds: options.clockSkewSeconds ?? 0, isRevoked: options.isRevoked },
    toolScopes: options.toolScopes ?? {},
    metadataUrl: place.metadataUrl,
    faults: () => faults,
    limits: createLimits(options.limits ?? {}),
    inFlight,
    stopping: () => stopping,
    mcp,
    now,
    called: (tool: string) => {
      toolCalls[tool] = (toolCalls[tool] ?? 0) + 1;
    },
    limited: ({ limit }: Limited) => options.metrics?.limited(limit),
    audit: async (entry: AuditEntry) => {
      options.metrics?.answered(entry);
      await options.audit?.(entry, place.url);
    },
  };

  async function respond(request: Request, body: Body, address: string | undefined): Promise<Reply> {
    const { pathname } = new URL(request.url);
    // It says nothing about anyone, and whoever watches over the process may use any of its names.
    if (pathname === "/healthz") return { response: health(stopping) };
    if (!admitted(request.headers, [host, ...(options.allowedHosts ?? [])])) {
      return { response: new Response("Forbidden", { status: 403 }) };
    }
    if (request.method === "OPTIONS") return { response: withCors(new Response(null, { status: 204 })) };
    if (wellKnown.includes(pathname)) return { response: withCors(metadataAnswer()) };
    if (pathname === "/metrics" && options.metrics) return { response: await figures(options.metrics) };
    if (pathname !== path) return { response: new Response("<UnknownOperationException/>", { status: 404 }) };
    const { response, ended } = await answerAtEndpoint(request, body, address, world);
    statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    return { response: withCors(response), ...(ended && { ended }) };
  }

  async function figures(metrics: Metrics): Promise<Response> {
    const { contentType, text } = await metrics.page({
      callsInFlight: inFlight.count(),
      sessions: mcp.sessions(),
      keyFetches: keys?.fetches() ?? 0,
    });
    return new Response(text, { headers: { "content-type": contentType } });
  }

  function metadataAnswer(): Response {
    metadataReads++;
    if (rules === undefined || faults.noMetadata) return new Response(null, { status: 404 });
    const document = metadata(place.url, rules, options.authorizationServer);
    return Response.json({
      ...document,
      ...(faults.otherResource && { resource: "https://another-gateway.example/mcp" }),
      ...(faults.noAuthorizationServers && { authorization_servers: undefined }),
    });
  }

  return {
    ...place,
    port: server.port,
    counters: () => ({
      statuses: { ...statuses },
      toolCalls: { ...toolCalls },
      metadataReads,
      keyFetches: keys?.fetches() ?? 0,
    }),
    setFaults(next) {
      faults = next;
    },
    forgetSessions: () => mcp.forgetSessions(),
    async stop({ withinMs = 0 } = {}) {
      stopping = true;
      await inFlight.settled(withinMs);
      await server.stop();
      await mcp.stop();
    },
  };
}

function health(stopping: boolean): Response {
  return Response.json({ status: stopping ? "stopping" : "ok" }, { status: stopping ? 503 : 200 });
}

/** A page of this machine, such as the MCP Inspector, may read the answers; `admitted` keeps all others away. */
function withCors(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set("access-control-allow-origin", "*");
  headers.set("access-control-allow-methods", "GET, POST, DELETE, OPTIONS");
  headers.set("access-control-allow-headers", "*, Authorization");
  headers.set(
    "access-control-expose-headers",
    "WWW-Authenticate, Mcp-Session-Id, MCP-Protocol-Version, Retry-After, X-Amzn-RequestId",
  );
  return new Response(response.body, { status: response.status, headers });
}

function problemsOf({ authorizer, targets, toolScopes = {}, limits = {} }: GatewayOptions): string[] {
  const names = targets.map(({ name }) => name);
  const limited = Object.keys(toolScopes).length > 0;
  return [
    ...(authorizer ? configurationProblems(authorizer) : []),
    ...(limited && !authorizer ? ["toolScopes needs an authorizer: without a token there are no scopes"] : []),
    ...limitProblems(limits),
    ...names.filter((name) => !targetName.test(name)).map((name) => `a target cannot be called ${name}`),
    ...names.filter((name, at) => names.indexOf(name) !== at).map((name) => `two targets are called ${name}`),
  ];
}
