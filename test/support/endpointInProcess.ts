import type { AuditEntry } from "../../src/gateway/audit/auditEntry.ts";
import { answerAtEndpoint, type EndpointRequest, type EndpointWorld } from "../../src/gateway/http/endpoint.ts";
import { createLimits } from "../../src/gateway/limits/limits.ts";
import type { CallerContext } from "../../src/gateway/mcp/callerContext.ts";
import { jsonReply, type ServedRequest } from "../../src/lib/servedHttp.ts";
import type { Json } from "../../src/mcp/passThrough.ts";
import { NOW_SECONDS } from "./issuerInProcess.ts";
import { servedRequest } from "./webExchange.ts";

export const endpointUrl = "https://gateway.example/mcp";

export const listTools = { jsonrpc: "2.0", id: 7, method: "tools/list" };
export const callTools = (...names: readonly unknown[]) =>
  names.map((name, at) => ({ jsonrpc: "2.0", id: at, method: "tools/call", params: { name, arguments: { a: "b" } } }));

/** What the MCP endpoint behind was handed. */
export interface Handled {
  readonly request: ServedRequest;
  readonly body: unknown;
  readonly from: CallerContext;
}

/** What a request is, beside an empty POST to the MCP endpoint. A body that is no text is sent as JSON. */
export interface Asked extends Partial<Omit<EndpointRequest, "request">> {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly body?: unknown;
  /** The caller leaves as soon as the endpoint has its answer. */
  readonly leaves?: boolean;
}

/** The endpoint alone, with a front that answers everything, and lists of all that it tells those around it. */
export function endpointInProcess(more: Partial<EndpointWorld> = {}) {
  const clock = { ms: NOW_SECONDS * 1000 };
  const seen = {
    handled: [] as Handled[],
    audited: [] as AuditEntry[],
    logged: [] as Json[],
    called: [] as string[],
    began: [] as ServedRequest[],
    failed: [] as string[],
    limited: [] as unknown[],
  };
  const world: EndpointWorld = {
    ...{ authorizer: undefined, url: endpointUrl, toolScopes: {}, isDebug: false, faults: () => ({}) },
    metadataUrl: "https://gateway.example/metadata",
    ...{ limits: createLimits({}), rateLimits: undefined, stopping: () => false },
    rateLimited: (limited) => void seen.limited.push(limited),
    limited: (limited) => void seen.limited.push(limited),
    inFlight: {
      began: (request) => void seen.began.push(request),
      count: () => seen.began.length,
      settled: async () => true,
    },
    mcp: {
      async handle(request: ServedRequest, body: unknown, from: CallerContext) {
        seen.handled.push({ request, body, from });
        return jsonReply(200, { jsonrpc: "2.0", id: 7, result: {} }, { "mcp-session-id": "s" });
      },
    } as unknown as EndpointWorld["mcp"],
    ...{ policies: () => undefined, callTimeoutMs: 1000 },
    targetFailed: (target) => void seen.failed.push(target),
    now: () => clock.ms,
    called: (tool) => void seen.called.push(tool),
    audit: (entry) => void seen.audited.push(entry),
    log: (message, facts) => void seen.logged.push({ message, ...facts }),
    ...more,
  };
  return {
    ...{ clock, seen, world },
    /** The answer, with its body as JSON where it is some. */
    async ask(asked: Asked = {}) {
      const { method = "POST", headers = {}, path = "/mcp", body = listTools, leaves = false, ...sent } = asked;
      const text =
        method === "POST" || method === "PUT" ? (typeof body === "string" ? body : JSON.stringify(body)) : null;
      const web = new Request(`http://127.0.0.1:8080${path}`, { method, headers, body: text });
      const request = await servedRequest(web);
      const given = { authorization: null, proof: null, address: undefined, isTooLarge: false, ...sent };
      const { reply, ended } = await answerAtEndpoint({ request, ...given }, world);
      const auditedFirst = seen.audited.length;
      if (leaves) request.end();
      await ended?.();
      const said = Array.isArray(reply.body) ? String(reply.body[0]) : undefined;
      const isJson = reply.headers["content-type"]?.startsWith("application/json") ?? false;
      return {
        ...{ status: reply.status, headers: reply.headers, auditedFirst, request },
        body: said !== undefined && isJson ? (JSON.parse(said) as unknown) : said,
      };
    },
  };
}
