import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from "@modelcontextprotocol/client";
import { type AnyFailure, asFailure, GatewayFailure, isFailure } from "../failures/failure.ts";
import { LinkClosed, SessionLost } from "../mcp/upstreamError.ts";
import { isStreamEnd } from "../mcp/watchedTransport.ts";

/** Connecting failed before a request could have been written, as Node and undici name it. */
const neverSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

function* causes(error: unknown): Generator<unknown> {
  for (let depth = 0; error !== undefined && error !== null && depth < 8; depth++) {
    yield error;
    if (error instanceof AggregateError) for (const one of error.errors) yield one;
    error = (error as { cause?: unknown }).cause;
  }
}

const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" ? code : "";
};

/** Whether the gateway cannot have seen the request, so that even a call with effects may be repeated. */
export function wasNeverSent(error: unknown): boolean {
  for (const cause of causes(error)) if (neverSent.has(codeOf(cause))) return true;
  return false;
}

/** Whether the connection, rather than the gateway's answer, is what failed. */
export function isConnectionLoss(error: unknown): boolean {
  if (isFailure(error)) return error.code === "gateway_connection_lost" || error.code === "gateway_unreachable";
  return false;
}

/**
 * Translates an error of a link into a `GatewayFailure` that a person can act on. A `ProtocolError` is the gateway's own
 * answer and stays as it is.
 */
export function gatewayError(
  error: unknown,
  { name, url }: { readonly name: string; readonly url: string },
): AnyFailure | ProtocolError {
  for (const cause of causes(error)) if (isFailure(cause)) return cause;
  if (error instanceof SessionLost || error instanceof LinkClosed || isStreamEnd(error)) {
    return failure("gateway_connection_lost", { gateway: name, reason: error.message }, error);
  }
  if (ProtocolError.isInstance(error)) return error;
  if (SdkHttpError.isInstance(error)) {
    if (error.status === 404) return failure("gateway_not_found", { url }, error);
    return failure("gateway_error", { url, status: error.status ?? 0 }, error);
  }
  if (SdkError.isInstance(error)) {
    if (error.code === SdkErrorCode.ClientHttpUnexpectedContent) {
      const contentType = String((error.data as { contentType?: unknown } | undefined)?.contentType ?? "");
      return failure("not_an_mcp_server", { url, status: 200, contentType }, error);
    }
    if (error.code === SdkErrorCode.ConnectionClosed || error.code === SdkErrorCode.NotConnected) {
      return failure("gateway_connection_lost", { gateway: name, reason: "the connection was closed" }, error);
    }
  }
  for (const cause of causes(error)) {
    if (codeOf(cause) !== "") return failure("gateway_unreachable", { url, reason: codeOf(cause) }, error);
  }
  return asFailure(error);
}

function failure<C extends AnyFailure["code"]>(code: C, facts: GatewayFailure<C>["facts"], cause: unknown): AnyFailure {
  return new GatewayFailure(code, facts, { cause }) as AnyFailure;
}
