import { isDeepStrictEqual } from "node:util";
import { LONGEST_TOKEN } from "../agentcore/authorizer/decodedToken.ts";
import { type SigningKeys, signingKeys } from "../agentcore/authorizer/signingKeys.ts";
import type { RequestBody } from "../system/webHttp.ts";
import type { GatewayFaults } from "./gatewayFaults.ts";
import {
  addressChanges,
  type GatewayOptions,
  listenAddress,
  mcpSettings,
  optionProblems,
  tokenChecks,
} from "./gatewayOptions.ts";
import { admitted } from "./http/admission.ts";
import { createCallsInFlight } from "./http/callsInFlight.ts";
import { answerAtEndpoint, type EndpointWorld, unreadableEntry } from "./http/endpoint.ts";
import { type Reply, startHttpServer } from "./http/httpServer.ts";
import { metadata, metadataPaths } from "./http/metadata.ts";
import { createLimits } from "./limits/limits.ts";
import { createMcpFront } from "./mcp/mcpFront.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { createBackOff } from "./router/backOff.ts";
import { createCatalogue } from "./router/catalogue.ts";

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
  /**
   * Goes on with other options: from the next request on, without ending a session or a call. The address stays.
   *
   * @throws Error as `startGateway` does, or when the address would change; everything then stays as it was
   */
  configure(options: GatewayOptions): void;
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

/** The longest token that is looked at fits in with much beside it; a longer one is refused as one and not by Node. */
const MAX_HEADER_BYTES = 2 * LONGEST_TOKEN;

/**
 * Starts a gateway that lets in whom Amazon Bedrock AgentCore Gateway would let in, and brings their calls to the
 * targets.
 *
 * @throws Error when the configuration is one that AWS would refuse
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const problems = optionProblems(options);
  if (problems.length > 0) throw new Error(problems.join("; "));
  const { now = Date.now, log = () => {} } = options;
  const { host, path } = listenAddress(options);
  let current = options;
  let faults = options.faults ?? {};
  const statuses: Record<number, number> = {};
  const toolCalls: Record<string, number> = {};
  let metadataReads = 0;
  let stopping = false;
  const inFlight = createCallsInFlight();
  const catalogue = createCatalogue();
  const backOff = createBackOff();

  let settings = mcpSettings(options);
  const mcp = createMcpFront({
    info: { name: "gateway", version: "1.0.0" },
    settings: () => settings,
    catalogue,
    backOff,
    log,
    now,
    targetFailed: (target) => current.metrics?.targetFailed(target),
  });
  const wellKnown = metadataPaths(path);
  const listen = { host, port: options.port ?? 0, maxBodyBytes: MAX_BODY_BYTES, maxHeaderBytes: MAX_HEADER_BYTES };
  const server = await startHttpServer(listen, respond, (status, from) => {
    void endpoint.audit?.(unreadableEntry(status, from, now()));
  });
  const address = `http://${host.includes(":") ? `[${host}]` : host}:${server.port}${path}`;
  let published = addressOf(options);
  let keys = keysOf(options);
  let limits = createLimits(options.limits ?? {});
  let endpoint = endpointWorld();

  function addressOf({ publicUrl }: GatewayOptions) {
    const url = publicUrl ?? address;
    const { hostname, pathname } = new URL(url);
    // Where a client looks that derives the place from the resource, whatever the path is on this side of a proxy.
    return { url, metadataUrl: new URL(wellKnown[0], url).href, hostname, metadataPaths: metadataPaths(pathname) };
  }

  function keysOf({ authorizer, fetch: read = fetch }: GatewayOptions): SigningKeys | undefined {
    return authorizer && signingKeys(authorizer.customJWTAuthorizer.discoveryUrl, { fetch: read, now });
  }

  function endpointWorld(): EndpointWorld {
    const { authorizer, toolScopes = {}, metrics, audit } = current;
    const rules = authorizer?.customJWTAuthorizer;
    const { url, metadataUrl } = published;
    return {
      authorizer: rules && keys && { rules, keys, now, ...tokenChecks(current) },
      toolScopes,
      metadataUrl,
      faults: () => faults,
      limits,
      inFlight,
      stopping: () => stopping,
      mcp,
      now,
      called: (tool) => {
        toolCalls[tool] = (toolCalls[tool] ?? 0) + 1;
      },
      limited: ({ limit }) => metrics?.limited(limit),
      ...((metrics || audit) && {
        audit: async (entry) => {
          metrics?.answered(entry);
          await audit?.(entry, url);
        },
      }),
    };
  }

  async function respond(request: Request, body: RequestBody, from: string | undefined): Promise<Reply> {
    const { pathname } = new URL(request.url);
    // It says nothing about anyone, and whoever watches over the process may use any of its names.
    if (pathname === "/healthz") return { response: health(stopping, current.auditLost?.() ?? 0) };
    if (!admitted(request.headers, [host, published.hostname, ...(current.allowedHosts ?? [])])) {
      const forbidden = new Response("Forbidden", { status: 403 });
      if (pathname !== path) return { response: forbidden };
      return await answerAtEndpoint({ request, body, address: from, turnedAway: forbidden }, endpoint);
    }
    if (request.method === "OPTIONS") return { response: new Response(null, { status: 204 }), headers: cors };
    if (wellKnown.includes(pathname) || published.metadataPaths.includes(pathname))
      return { response: metadataAnswer(), headers: cors };
    if (pathname === "/metrics" && current.metrics) return { response: await figures(current.metrics) };
    if (pathname !== path) return { response: new Response("<UnknownOperationException/>", { status: 404 }) };
    const reply = await answerAtEndpoint({ request, body, address: from }, endpoint);
    const { status } = reply.response;
    statuses[status] = (statuses[status] ?? 0) + 1;
    return { ...reply, headers: { ...reply.headers, ...cors } };
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
    const { authorizer, authorizationServer } = current;
    if (authorizer === undefined || faults.noMetadata) return new Response(null, { status: 404 });
    const document = metadata(published.url, authorizer.customJWTAuthorizer, authorizationServer);
    return Response.json({
      ...document,
      ...(faults.otherResource && { resource: "https://another-gateway.example/mcp" }),
      ...(faults.noAuthorizationServers && { authorization_servers: undefined }),
    });
  }

  return {
    get url() {
      return published.url;
    },
    get metadataUrl() {
      return published.metadataUrl;
    },
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
    configure(next) {
      const wrong = [...optionProblems(next), ...addressChanges(current, next)];
      if (wrong.length > 0) throw new Error(wrong.join("; "));
      const before = current;
      current = next;
      published = addressOf(next);
      if (before.authorizer?.customJWTAuthorizer.discoveryUrl !== next.authorizer?.customJWTAuthorizer.discoveryUrl) {
        keys = keysOf(next);
      }
      // Whoever has used up a limit that stays has still used it up.
      if (!isDeepStrictEqual(before.limits, next.limits)) limits = createLimits(next.limits ?? {});
      endpoint = endpointWorld();
      const wanted = mcpSettings(next);
      // A target that stays keeps its connections.
      const targets = wanted.targets.map((one) => settings.targets.find((old) => isDeepStrictEqual(old, one)) ?? one);
      const same = isDeepStrictEqual({ ...settings }, { ...wanted, targets });
      for (const { name } of settings.targets.filter((old) => !targets.includes(old))) {
        catalogue.forget(name);
        backOff.forget(name);
      }
      settings = { ...wanted, targets };
      if (!same) mcp.settingsChanged();
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

/** An audit with gaps is said and nothing more: calls are still answered, and a restart would not make room. */
function health(stopping: boolean, auditLost: number): Response {
  const status = stopping ? "stopping" : "ok";
  return Response.json({ status, ...(auditLost > 0 && { auditLost }) }, { status: stopping ? 503 : 200 });
}

/** A page of this machine, such as the MCP Inspector, may read the answers; `admitted` keeps all others away. */
const cors: Readonly<Record<string, string>> = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, DELETE, OPTIONS",
  "access-control-allow-headers": "*, Authorization",
  "access-control-expose-headers":
    "WWW-Authenticate, Mcp-Session-Id, MCP-Protocol-Version, Retry-After, X-Amzn-RequestId",
};
