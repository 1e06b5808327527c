import { type HttpReply, jsonReply, type Piece, type ServedRequest } from "../../lib/servedHttp.ts";
import type { Json } from "../../mcp/passThrough.ts";
import type { Messages } from "../http/messages.ts";
import {
  askInterceptor,
  failedAnswer,
  type InterceptWorld,
  type ReadyInterceptor,
  readyInterceptor,
  requestFacts,
  wholeBody,
} from "./askInterceptor.ts";
import { interceptAtPath, type PathInterception } from "./interceptAtPath.ts";
import { interceptedStream } from "./interceptedStream.ts";
import { type InterceptionPoint, type Interceptor, InterceptorFailure, withoutOwnHeaders } from "./interceptor.ts";
import { type McpEvent, type McpOutput, readMcpOutput } from "./mcpEvent.ts";

/** A request to the MCP endpoint of somebody who was let in. */
export interface InterceptedRequest {
  readonly request: ServedRequest;
  readonly authorization: string | null;
  /** The body as JSON. */
  readonly parsed: unknown;
  readonly messages: Messages;
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
  /** The same under a target's own path, where messages are not read. */
  answerAtPath: PathInterception;
}

export function createInterceptors(interceptors: readonly Interceptor[] = []): Interceptors | undefined {
  if (interceptors.length === 0) return undefined;
  const ready = interceptors.map(readyInterceptor);
  const at = (point: InterceptionPoint) => ready.find(({ interceptor }) => interceptor.points.includes(point));
  const [onRequest, onResponse] = [at("REQUEST"), at("RESPONSE")];
  const ask = (one: ReadyInterceptor, point: InterceptionPoint, event: McpEvent, world: InterceptWorld) =>
    askInterceptor({ ready: one, point, event, read: readMcpOutput }, world);
  return {
    async answer(asked, next, world) {
      if (asked.request.method !== "POST") return await next(asked.parsed);
      const failed = (error: InterceptorFailure) => failedAnswer(error, asked.messages, world);
      const first = onRequest && (await ask(onRequest, "REQUEST", eventOf(onRequest, asked, asked.parsed), world));
      if (first instanceof InterceptorFailure) return failed(first);
      const body = first?.request?.body ?? asked.parsed;
      const own = first?.response;
      const reply = own
        ? jsonReply(own.statusCode ?? 200, own.body ?? {}, withoutOwnHeaders(own.headers))
        : await next(body);
      if (!onResponse) return reply;
      const second = (response: NonNullable<McpEvent["mcp"]["gatewayResponse"]>) =>
        ask(onResponse, "RESPONSE", eventOf(onResponse, asked, body, response), world);
      if (typeof reply.body === "function") {
        // AWS tells status and headers with the first event alone.
        let head: object = { statusCode: reply.status, headers: reply.headers };
        return interceptedStream(reply, async (event) => {
          const output = await second({ ...head, isStreamingResponse: true, body: event });
          head = {};
          if (output instanceof InterceptorFailure) return errorFor(event, failed(output));
          return output?.response?.body ?? event;
        });
      }
      const output = await second({ statusCode: reply.status, headers: reply.headers, body: jsonOf(reply) });
      if (output instanceof InterceptorFailure) return failed(output);
      return output?.response ? changed(reply, output.response) : reply;
    },
    answerAtPath: interceptAtPath(onRequest, onResponse),
  };
}

function eventOf(
  ready: ReadyInterceptor,
  { request, authorization, parsed }: InterceptedRequest,
  body: unknown,
  gatewayResponse?: McpEvent["mcp"]["gatewayResponse"],
): McpEvent {
  return {
    interceptorInputVersion: "1.0",
    mcp: {
      rawGatewayRequest: { body: JSON.stringify(parsed) },
      gatewayRequest: { ...requestFacts(ready, request, authorization), body },
      ...(gatewayResponse && { gatewayResponse }),
    },
  };
}

/** The answer's JSON; null for one without. */
function jsonOf({ body }: HttpReply): unknown {
  const text = wholeBody((body ?? []) as readonly Piece[]).toString();
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

function changed(reply: HttpReply, { statusCode, headers, body }: NonNullable<McpOutput["response"]>): HttpReply {
  return {
    status: statusCode ?? reply.status,
    headers: { ...reply.headers, ...withoutOwnHeaders(headers) },
    ...(body !== undefined ? { body: [JSON.stringify(body)] } : reply.body && { body: reply.body }),
  };
}

/** The error in place of an event of a stream, under its id. */
function errorFor(event: Json, reply: HttpReply): Json {
  const { error } = jsonOf(reply) as Json;
  return { jsonrpc: "2.0", id: event.id, error };
}
