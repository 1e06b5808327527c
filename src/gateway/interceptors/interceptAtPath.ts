import type { HttpReply, Piece } from "../../lib/servedHttp.ts";
import type { ChangedRequest, PathAnswer, PathRequest } from "../http/answerAtPath.ts";
import {
  askInterceptor,
  failedAnswer,
  type InterceptWorld,
  type ReadyInterceptor,
  requestFacts,
  wholeBody,
} from "./askInterceptor.ts";
import { type HttpEvent, type HttpOutput, readHttpOutput } from "./httpEvent.ts";
import { InterceptorFailure, withoutOwnHeaders } from "./interceptor.ts";

/**
 * Answers a request under a target's own path.
 *
 * @param next answers it with what the REQUEST interceptor changed
 */
export type PathInterception = (
  asked: PathRequest,
  next: (changed: ChangedRequest) => Promise<PathAnswer>,
  world: InterceptWorld,
) => Promise<HttpReply>;

/**
 * Runs interceptors around the answer of an HTTP target (developer guide, "Interceptors for HTTP targets"): an answer of the
 * REQUEST interceptor's own is sent at once, and the RESPONSE interceptor is asked about answers of the target alone, once they
 * are whole. Of a stream nobody is asked, since AWS has no interceptors for those.
 */
export const interceptAtPath =
  (onRequest: ReadyInterceptor | undefined, onResponse: ReadyInterceptor | undefined): PathInterception =>
  async (asked, next, world) => {
    const first =
      onRequest &&
      (await askInterceptor(
        { ready: onRequest, point: "REQUEST", event: requestEvent(onRequest, asked), read: readHttpOutput },
        world,
      ));
    if (first instanceof InterceptorFailure) return failedAnswer(first, asked.messages, world);
    if (first?.response) return changed({ status: 200, headers: {} }, first.response);
    const { headers, body } = first?.request ?? {};
    const { reply, isTargets } = await next({
      ...(headers && { headers: withoutOwnHeaders(headers) }),
      ...(body && { body }),
    });
    if (!onResponse || !isTargets || typeof reply.body === "function") return reply;
    const event = responseEvent(onResponse, reply, reply.body ?? []);
    const second = await askInterceptor({ ready: onResponse, point: "RESPONSE", event, read: readHttpOutput }, world);
    if (second instanceof InterceptorFailure) return failedAnswer(second, asked.messages, world);
    return second?.response ? changed(reply, second.response) : reply;
  };

const requestEvent = (ready: ReadyInterceptor, { request, authorization }: PathRequest): HttpEvent => ({
  interceptorInputVersion: "1.0",
  http: {
    gatewayRequest: {
      ...requestFacts(ready, request, authorization),
      body: Buffer.from(request.body).toString("base64"),
    },
  },
});

const responseEvent = (
  { interceptor }: ReadyInterceptor,
  { status, headers }: HttpReply,
  body: readonly Piece[],
): HttpEvent => ({
  interceptorInputVersion: "1.0",
  http: {
    gatewayRequest: null,
    gatewayResponse: {
      statusCode: status,
      headers: null,
      body: interceptor.withoutResponseBody ? null : wholeBody(body).toString("base64"),
      contentType: headers["content-type"] ?? null,
    },
  },
});

function changed(
  reply: HttpReply,
  { statusCode, headers, body, contentType }: NonNullable<HttpOutput["response"]>,
): HttpReply {
  return {
    status: statusCode ?? reply.status,
    headers: {
      ...reply.headers,
      ...withoutOwnHeaders(headers),
      ...(contentType !== undefined && { "content-type": contentType }),
    },
    ...(body ? { body: [body] } : reply.body && { body: reply.body }),
  };
}
