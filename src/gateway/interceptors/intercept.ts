import { type HttpReply, jsonReply, type ServedRequest } from "../../lib/servedHttp.ts";
import type { Json } from "../../mcp/passThrough.ts";
import type { Messages } from "../http/messages.ts";
import { INTERNAL_ERROR, rpcError } from "../http/refusals.ts";
import { interceptedStream } from "./interceptedStream.ts";
import {
  type InterceptionPoint,
  type Interceptor,
  type InterceptorEvent,
  InterceptorFailure,
  type InterceptorOutput,
} from "./interceptor.ts";
import { interceptorRunner, type RunInterceptor } from "./runInterceptor.ts";

/** A request to the MCP endpoint of somebody who was let in. */
export interface InterceptedRequest {
  readonly request: ServedRequest;
  readonly authorization: string | null;
  /** The body as JSON. */
  readonly parsed: unknown;
  readonly messages: Messages;
}

export interface InterceptWorld {
  readonly isDebug: boolean;
  readonly log: (message: string, facts: Json) => void;
}

/** Runs the interceptors of a gateway around its answers. */
export interface Interceptors {
  /**
   * Answers a request: the REQUEST interceptor may change its body, or answer itself; the RESPONSE interceptor may change the
   * answer, whoever gave it.
   *
   * @param next answers a request with this body
   */
  answer(
    asked: InterceptedRequest,
    next: (body: unknown) => Promise<HttpReply>,
    world: InterceptWorld,
  ): Promise<HttpReply>;
}

interface Running {
  readonly interceptor: Interceptor;
  readonly run: RunInterceptor;
}

/** The headers that a program may be told of; of a token only where the file wants that. */
const told = [
  "accept",
  "content-type",
  "user-agent",
  "mcp-session-id",
  "mcp-protocol-version",
  "mcp-method",
  "mcp-name",
];

/** What a RESPONSE interceptor may not set: how the answer is sent is the gateway's. */
const ownHeaders = ["content-length", "transfer-encoding", "connection"];

export function createInterceptors(interceptors: readonly Interceptor[] = []): Interceptors | undefined {
  if (interceptors.length === 0) return undefined;
  const running = interceptors.map((interceptor) => ({ interceptor, run: interceptorRunner(interceptor) }));
  const at = (point: InterceptionPoint) => running.find(({ interceptor }) => interceptor.points.includes(point));
  const [onRequest, onResponse] = [at("REQUEST"), at("RESPONSE")];
  return {
    async answer(asked, next, world) {
      if (asked.request.method !== "POST") return await next(asked.parsed);
      const failed = (error: InterceptorFailure) => {
        const message = world.isDebug ? `The interceptor failed: ${error.message}` : INTERNAL_ERROR.message;
        return rpcError(500, { ...INTERNAL_ERROR, message }, asked.messages);
      };
      const first = onRequest && (await ask(onRequest, "REQUEST", eventOf(onRequest, asked, asked.parsed), world));
      if (first instanceof InterceptorFailure) return failed(first);
      const body = first?.request?.body ?? asked.parsed;
      const own = first?.response;
      const reply = own ? jsonReply(own.statusCode ?? 200, own.body ?? {}, allowed(own.headers)) : await next(body);
      if (!onResponse) return reply;
      const second = (response: NonNullable<InterceptorEvent["mcp"]["gatewayResponse"]>) =>
        ask(onResponse, "RESPONSE", eventOf(onResponse, asked, body, response), world);
      if (typeof reply.body === "function") {
        return interceptedStream(reply, async (event) => {
          const output = await second({ isStreamingResponse: true, body: event });
          if (output instanceof InterceptorFailure) return errorFor(event, failed(output));
          return output?.response?.body ?? event;
        });
      }
      const output = await second({ statusCode: reply.status, headers: reply.headers, body: jsonOf(reply) });
      if (output instanceof InterceptorFailure) return failed(output);
      return output?.response ? changed(reply, output.response) : reply;
    },
  };
}

/** Asks an interceptor; `undefined` where it failed and the request goes on all the same. */
async function ask(
  { interceptor, run }: Running,
  point: InterceptionPoint,
  event: InterceptorEvent,
  world: InterceptWorld,
): Promise<InterceptorOutput | InterceptorFailure | undefined> {
  try {
    return await run(event);
  } catch (error) {
    if (!(error instanceof InterceptorFailure)) throw error;
    const { arn, failureMode } = interceptor;
    world.log("interceptor failed", { interceptor: arn, point, code: error.code, error: error.message, failureMode });
    return failureMode === "FAIL_OPEN" ? undefined : error;
  }
}

function eventOf(
  { interceptor }: Running,
  { request, authorization, parsed }: InterceptedRequest,
  body: unknown,
  gatewayResponse?: InterceptorEvent["mcp"]["gatewayResponse"],
): InterceptorEvent {
  const headers = interceptor.passRequestHeaders && headersOf(request, authorization);
  const path = request.target.replace(/[?#].*$/s, "");
  return {
    interceptorInputVersion: "1.0",
    mcp: {
      rawGatewayRequest: { body: JSON.stringify(parsed) },
      gatewayRequest: { path, httpMethod: request.method, ...(headers && { headers }), body },
      ...(gatewayResponse && { gatewayResponse }),
    },
  };
}

function headersOf(request: ServedRequest, authorization: string | null): Readonly<Record<string, string>> {
  const all = request.headers.names?.() ?? told;
  const given = all.flatMap((name) => {
    const value = request.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return Object.fromEntries([...given, ...(authorization === null ? [] : [["authorization", authorization] as const])]);
}

/** The answer's JSON; null for one without. */
function jsonOf({ body }: HttpReply): unknown {
  const pieces = (body ?? []) as readonly (string | Uint8Array)[];
  const text = Buffer.concat(pieces.map((piece) => Buffer.from(piece as Uint8Array))).toString();
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

function changed(
  reply: HttpReply,
  { statusCode, headers, body }: NonNullable<InterceptorOutput["response"]>,
): HttpReply {
  return {
    status: statusCode ?? reply.status,
    headers: { ...reply.headers, ...allowed(headers) },
    ...(body !== undefined ? { body: [JSON.stringify(body)] } : reply.body && { body: reply.body }),
  };
}

const allowed = (headers: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.includes(name)));

/** The error in place of an event of a stream, under its id. */
function errorFor(event: Json, reply: HttpReply): Json {
  const { error } = jsonOf(reply) as Json;
  return { jsonrpc: "2.0", id: event.id, error };
}
