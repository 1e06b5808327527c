import { isDeepStrictEqual } from "node:util";
import { LONGEST_TOKEN } from "../agentcore/authorizer/decodedToken.ts";
import { emptyReply, type HttpReply, jsonReply, type ServedRequest } from "../lib/servedHttp.ts";
import { unforeseenFacts } from "../lib/unforeseen.ts";
import { wayOut } from "../system/wayOut.ts";
import type { GatewayFaults } from "./gatewayFaults.ts";
import {
  addressChanges,
  type GatewayOptions,
  listenAddress,
  mcpSettings,
  optionProblems,
  tokenChecks,
} from "./gatewayOptions.ts";
import { admission } from "./http/admission.ts";
import { createCallsInFlight } from "./http/callsInFlight.ts";
import { answerAtEndpoint, type EndpointWorld, unreadableEntry } from "./http/endpoint.ts";
import { type Answered, type Sent, startHttpServer } from "./http/httpServer.ts";
import { metadata, metadataPaths } from "./http/metadata.ts";
import { cors, healthReply, textReply } from "./http/plainReplies.ts";
import { createInterceptors } from "./interceptors/intercept.ts";
import { type Issuer, issuerAt } from "./issuer.ts";
import { createLimits } from "./limits/limits.ts";
import { createRateLimits } from "./limits/rateLimits.ts";
import { createMcpFront } from "./mcp/mcpFront.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { gatewayPolicies, PoliciesUnfit, samePolicies } from "./policies/gatewayPolicies.ts";
import type { ToolPolicies } from "./policies/toolPolicies.ts";
import { createBackOff } from "./router/backOff.ts";
import { createCatalogue } from "./router/catalogue.ts";
import { toolsOfTargets } from "./router/toolsOfTargets.ts";
import { toolCallCounts } from "./toolCallCounts.ts";

/** What a gateway has counted since its start. */
export interface GatewayCounters {
  /** Answers of the MCP endpoint, by HTTP status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Requests for metadata documents. */
  readonly metadataReads: number;
  /** Calls that were let through, by `target___tool`. */
  readonly toolCalls: Readonly<Record<string, number>>;
  /** How many times the issuer's keys were read. */
  readonly keyFetches: number;
}

/** A running gateway. */
export interface Gateway {
  /** The MCP endpoint, which is exactly the `resource` of the metadata. */
  readonly url: string;
  readonly metadataUrl: string;
  readonly port: number;
  counters(): GatewayCounters;
  /** Replaces all faults. */
  setFaults(faults: GatewayFaults): void;
  /**
   * Applies other options from the next request on, without ending a session or a call. The address stays.
   *
   * @throws Error as `startGateway` does, or when the address would change; the gateway then keeps its options
   */
  configure(options: GatewayOptions): void;
  /** Reads the issuer's documents, and logs what is wrong with them or with the way they come. It throws nothing. */
  checkIssuer(): Promise<void>;
  /** Asks the targets for their tools, and logs which policies do not fit them. Without policies it asks nobody. */
  checkPolicies(): Promise<void>;
  /** Forgets all sessions, as a restart does. */
  forgetSessions(): Promise<void>;
  /**
   * Stops the gateway: it refuses new requests, except the answers that open calls wait for, finishes the open calls,
   * and then closes all connections.
   *
   * @param withinMs how long the open calls may take; without it they are cut off
   */
  stop(options?: { readonly withinMs?: number }): Promise<void>;
}

/** AgentCore's limit for the body of a request. */
export const MAX_BODY_BYTES = 6 * 1024 * 1024;

/** Leaves room for the longest token and much beside it, so that the authorizer and not Node refuses a longer one. */
const MAX_HEADER_BYTES = 2 * LONGEST_TOKEN;

/**
 * Starts a gateway that admits the callers that Amazon Bedrock AgentCore Gateway would admit, and passes their calls to
 * the targets.
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
  const toolCalls = toolCallCounts();
  let metadataReads = 0;
  let stopping = false;
  const inFlight = createCallsInFlight();
  const catalogue = createCatalogue();
  const backOff = createBackOff();

  let settings = mcpSettings(options);
  let policies = policiesOf(options);
  const mcp = createMcpFront({
    info: { name: "gateway", version: "1.0.0" },
    settings: () => settings,
    catalogue,
    backOff,
    log,
    now,
    policies: () => policies,
    targetFailed: (target) => current.metrics?.targetFailed(target),
  });
  const wellKnown = metadataPaths(path);
  const listen = { host, port: options.port ?? 0, maxBodyBytes: MAX_BODY_BYTES, maxHeaderBytes: MAX_HEADER_BYTES };
  const server = await startHttpServer(listen, respond, {
    unreadable: (status, from) => void endpoint.audit?.(unreadableEntry(status, from, now())),
    unforeseen: (error) => log("unforeseen failure", { ...unforeseenFacts(error) }),
  });
  const address = `http://${host.includes(":") ? `[${host}]` : host}:${server.port}${path}`;
  let published = addressOf(options);
  let issuer = issuerOf(options);
  let limits = options.limits && createLimits(options.limits);
  const rateLimits = createRateLimits(options.rateLimits);
  let interceptors = createInterceptors(options.interceptors);
  let endpoint = endpointWorld();

  function policiesOf(wanted: GatewayOptions): ToolPolicies | undefined {
    return gatewayPolicies(wanted, { catalogue, now, log });
  }

  function addressOf({ publicUrl, allowedHosts = [] }: GatewayOptions) {
    const url = publicUrl ?? address;
    const { hostname, pathname } = new URL(url);
    // Clients derive the metadata's path from the public address, whose path may differ from ours behind a proxy.
    return {
      url,
      metadataUrl: new URL(wellKnown[0], url).href,
      metadataPaths: metadataPaths(pathname),
      admits: admission([host, hostname, ...allowedHosts]),
    };
  }

  function issuerOf({ authorizer, fetch = wayOut }: GatewayOptions): Issuer | undefined {
    return authorizer && issuerAt(authorizer.customJWTAuthorizer.discoveryUrl, { fetch, now, log });
  }

  function endpointWorld(): EndpointWorld {
    const { authorizer, toolScopes = {}, metrics, audit } = current;
    const rules = authorizer?.customJWTAuthorizer;
    const { url, metadataUrl } = published;
    return {
      authorizer: rules &&
        issuer && { rules, now, keys: issuer.keys, introspect: issuer.introspect, ...tokenChecks(current) },
      toolScopes,
      metadataUrl,
      isDebug: current.exceptionLevel === "DEBUG",
      faults: () => faults,
      limits,
      rateLimits: current.rateLimits?.length ? rateLimits : undefined,
      interceptors,
      inFlight,
      stopping: () => stopping,
      mcp,
      callTimeoutMs: settings.callTimeoutMs,
      targetFailed: (target) => metrics?.targetFailed(target),
      now,
      log,
      called: (tool) => toolCalls.add(tool),
      limited: ({ limit }) => metrics?.limited(limit),
      rateLimited: (limited) => metrics?.rateLimited(limited),
      ...((metrics || audit) && {
        audit: async (entry) => {
          metrics?.answered(entry);
          await audit?.(entry, url);
        },
      }),
    };
  }

  async function respond(request: ServedRequest, sent: Sent): Promise<Answered> {
    const pathname = request.target === path ? path : pathOf(request.target);
    // The answer reveals nothing, and a process monitor may use any name of this machine.
    if (pathname === "/healthz") return { reply: healthReply(stopping, current.auditLost?.() ?? 0) };
    if (!published.admits(request.headers)) {
      const forbidden = textReply(403, "Forbidden");
      if (pathname !== path) return { reply: forbidden };
      return await answerAtEndpoint({ request, ...sent, turnedAway: forbidden }, endpoint);
    }
    if (request.method === "OPTIONS") return { reply: emptyReply(204, cors) };
    if (wellKnown.includes(pathname) || published.metadataPaths.includes(pathname)) return { reply: metadataAnswer() };
    if (pathname === "/metrics" && current.metrics) return { reply: await figures(current.metrics) };
    const pathTarget = pathname === path ? undefined : pathTargetOf(pathname);
    if (pathname !== path && !pathTarget) return { reply: textReply(404, "<UnknownOperationException/>") };
    const given = { request, ...sent, ...(pathTarget && { pathTarget }) };
    const { reply, ended } = await answerAtEndpoint(given, endpoint);
    statuses[reply.status] = (statuses[reply.status] ?? 0) + 1;
    return { reply: { ...reply, headers: { ...reply.headers, ...cors } }, ...(ended && { ended }) };
  }

  function pathTargetOf(pathname: string) {
    return current.pathTargets?.find(({ name }) => pathname === `/${name}` || pathname.startsWith(`/${name}/`));
  }

  async function figures(metrics: Metrics): Promise<HttpReply> {
    const { contentType, text } = await metrics.page({
      callsInFlight: inFlight.count(),
      sessions: mcp.sessions(),
      keyFetches: issuer?.keys.fetches() ?? 0,
    });
    return { status: 200, headers: { "content-type": contentType }, body: [text] };
  }

  function metadataAnswer(): HttpReply {
    metadataReads++;
    const { authorizer, authorizationServer } = current;
    if (authorizer === undefined || faults.noMetadata) return emptyReply(404, cors);
    const document = metadata(published.url, authorizer.customJWTAuthorizer, authorizationServer);
    const faulty = {
      ...(faults.otherResource && { resource: "https://another-gateway.example/mcp" }),
      ...(faults.noAuthorizationServers && { authorization_servers: undefined }),
    };
    return jsonReply(200, { ...document, ...faulty }, cors);
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
      toolCalls: toolCalls.all(),
      metadataReads,
      keyFetches: issuer?.keys.fetches() ?? 0,
    }),
    setFaults(next) {
      faults = next;
    },
    configure(next) {
      const wrong = [...optionProblems(next), ...addressChanges(current, next)];
      if (wrong.length > 0) throw new Error(wrong.join("; "));
      const before = current;
      const nextPolicies = samePolicies(before.policies, next.policies) ? policies : policiesOf(next);
      const unfit = nextPolicies === policies ? [] : (nextPolicies?.unfit() ?? []);
      if (unfit.length > 0) {
        nextPolicies?.close();
        throw new PoliciesUnfit(unfit);
      }
      current = next;
      published = addressOf(next);
      if (before.authorizer?.customJWTAuthorizer.discoveryUrl !== next.authorizer?.customJWTAuthorizer.discoveryUrl) {
        issuer = issuerOf(next);
      }
      // Unchanged limits keep their counts.
      if (!isDeepStrictEqual(before.limits, next.limits)) limits = next.limits && createLimits(next.limits);
      rateLimits.configure(next.rateLimits ?? []);
      interceptors = createInterceptors(next.interceptors);
      endpoint = endpointWorld();
      const wanted = mcpSettings(next);
      // An unchanged target keeps its connections.
      const targets = wanted.targets.map((one) => settings.targets.find((old) => isDeepStrictEqual(old, one)) ?? one);
      const same = isDeepStrictEqual({ ...settings }, { ...wanted, targets });
      for (const { name } of settings.targets.filter((old) => !targets.includes(old))) {
        catalogue.forget(name);
        backOff.forget(name);
      }
      settings = { ...wanted, targets };
      if (policies !== nextPolicies) policies?.close();
      const samePolicy = policies === nextPolicies;
      policies = nextPolicies;
      if (!same || !samePolicy) mcp.settingsChanged();
    },
    checkIssuer: async () => await issuer?.check(),
    async checkPolicies() {
      if (policies === undefined) return;
      await toolsOfTargets(settings, { catalogue, backOff, now, log });
      policies?.unfit();
    },
    forgetSessions: () => mcp.forgetSessions(),
    async stop({ withinMs = 0 } = {}) {
      stopping = true;
      await inFlight.settled(withinMs);
      await server.stop();
      await mcp.stop();
      policies?.close();
    },
  };
}

/** The path that a request asks for. Whatever is no path is the root. */
function pathOf(target: string): string {
  const path = `http://localhost${target.startsWith("/") ? target : "/"}`;
  return URL.canParse(path) ? new URL(path).pathname : "/";
}
