import { isDeepStrictEqual } from "node:util";
import { LONGEST_TOKEN } from "../agentcore/authorizer/decodedToken.ts";
import { emptyReply, type HttpReply, type ServedRequest } from "../lib/servedHttp.ts";
import { unexpectedFacts } from "../lib/unexpectedError.ts";
import { environmentFetch } from "../system/environmentFetch.ts";
import { plainEntry } from "./audit/plainEntry.ts";
import type { Gateway } from "./gateway.ts";
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
import { answerAtEndpoint, type EndpointWorld } from "./http/endpoint.ts";
import { type Answered, type Sent, startHttpServer } from "./http/httpServer.ts";
import { metadataPaths } from "./http/metadata.ts";
import { metadataReply } from "./http/metadataReply.ts";
import { pathOf } from "./http/pathOf.ts";
import { cors, healthReply, textReply, unrecordedReply } from "./http/plainReplies.ts";
import { createInterceptors } from "./interceptors/intercept.ts";
import { type Issuer, issuerAt } from "./issuer.ts";
import { createLimits } from "./limits/limits.ts";
import { createRateLimits } from "./limits/rateLimits.ts";
import { createMcpFront } from "./mcp/mcpFront.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { gatewayPolicies, PoliciesUnfit, samePolicies } from "./policies/gatewayPolicies.ts";
import { createProofChecks } from "./proofs/proofChecks.ts";
import { createBackOff } from "./router/backOff.ts";
import { createCatalogue } from "./router/catalogue.ts";
import { listTargetTools } from "./router/listTargetTools.ts";
import { toolCallCounts } from "./toolCallCounts.ts";

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
  const policiesOf = (wanted: GatewayOptions) => gatewayPolicies(wanted, { catalogue, now, log });
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
    unanswered: ({ target, ...one }) =>
      void endpoint.audit?.(plainEntry({ ...one, at: now(), path: target && pathOf(target) })),
    unforeseen: (error) => log("unforeseen failure", { ...unexpectedFacts(error) }),
    door: options.door,
  });
  const address = `http://${host.includes(":") ? `[${host}]` : host}:${server.port}${path}`;
  let published = addressOf(options);
  let issuer = issuerOf(options);
  let limits = options.limits && createLimits(options.limits);
  const rateLimits = createRateLimits(options.rateLimits);
  let interceptors = createInterceptors(options.interceptors);
  const proofChecks = createProofChecks(now);
  let endpoint = endpointWorld();

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

  function issuerOf({ authorizer, fetch = environmentFetch }: GatewayOptions): Issuer | undefined {
    return authorizer && issuerAt(authorizer.customJWTAuthorizer.discoveryUrl, { fetch, now, log });
  }

  function endpointWorld(): EndpointWorld {
    const { authorizer, toolScopes = {}, metrics, audit, beyondAgentCore: { dpop } = {} } = current;
    const rules = authorizer?.customJWTAuthorizer;
    const { url, metadataUrl } = published;
    return {
      authorizer: rules &&
        issuer && { rules, now, keys: issuer.keys, introspect: issuer.introspect, ...tokenChecks(current) },
      proofs: dpop && rules && { rules: dpop, checks: proofChecks },
      url,
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
      policies: () => policies,
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
    if (pathname === "/healthz") return { reply: healthReply(stopping, auditHealth()) };
    // Its line is the try whether it can be recorded by now.
    if (auditHealth().refuses) {
      return await answerAtEndpoint({ request, ...sent, turnedAway: unrecordedReply() }, endpoint);
    }
    if (!published.admits(request.headers)) {
      const forbidden = textReply(403, "Forbidden");
      return await answerAtEndpoint({ request, ...sent, turnedAway: forbidden }, endpoint);
    }
    const beside = await replyBeside(request, pathname);
    if (beside) return { reply: beside, ended: () => recordPlainly(request, sent, beside) };
    const pathTarget = pathname === path ? undefined : pathTargetOf(pathname);
    const given = { request, ...sent, ...(pathTarget && { pathTarget }) };
    const { reply, ended } = await answerAtEndpoint(given, endpoint);
    statuses[reply.status] = (statuses[reply.status] ?? 0) + 1;
    return { reply: { ...reply, headers: { ...reply.headers, ...cors } }, ...(ended && { ended }) };
  }

  const auditHealth = () => ({ lost: current.auditLost?.() ?? 0, refuses: current.auditRefuses?.() ?? false });

  /** The answer to a request that is neither for the MCP endpoint nor for a target. */
  async function replyBeside({ method }: ServedRequest, pathname: string): Promise<HttpReply | undefined> {
    if (method === "OPTIONS") return emptyReply(204, cors);
    if (wellKnown.includes(pathname) || published.metadataPaths.includes(pathname)) return metadataAnswer();
    if (pathname === "/metrics" && current.metrics) return await figures(current.metrics);
    const isServed = pathname === path || pathTargetOf(pathname) !== undefined;
    return isServed ? undefined : textReply(404, "<UnknownOperationException/>");
  }

  /** These are no figures of the endpoint's. */
  async function recordPlainly(
    { method, target, headers, isOver }: ServedRequest,
    { address }: Sent,
    reply: HttpReply,
  ) {
    const { status } = reply;
    const known = { at: now(), status, address, method, path: pathOf(target), headers };
    await current.audit?.(plainEntry({ ...known, ...(isOver && { incomplete: "answer" }) }), published.url);
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
    return metadataReply(current, published.url, faults);
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
      await listTargetTools(settings, { catalogue, backOff, now, log });
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
