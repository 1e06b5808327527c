import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from "@modelcontextprotocol/client";
import { type AnyFailure, asFailure, GatewayFailure, isFailure } from "../failures/failure.ts";
import { isStreamEnd } from "../mcp/watchedTransport.ts";

/** The gateway no longer knows our session: initialise again and repeat, since nothing was executed. */
export class SessionLost extends Error {}

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

function sessionIsUnknown(error: SdkHttpError): boolean {
  if (error.status === 404) return true;
  // Servers built on older samples answer 400 for an unknown session instead of the 404 of 2025-11-25, transports.
  return error.status === 400 && /session/i.test(String(error.data?.text ?? ""));
}

function protocolErrorIn(text: unknown): ProtocolError | undefined {
  try {
    const { error } = JSON.parse(String(text ?? "")) as {
      error?: { code?: unknown; message?: unknown; data?: unknown };
    };
    if (typeof error?.code !== "number") return undefined;
    return ProtocolError.fromError(error.code, String(error.message ?? ""), error.data);
  } catch {
    return undefined;
  }
}

/**
 * An error of the SDK's client as one of ours: `SessionLost`, a `ProtocolError` (the gateway's own answer, handed on
 * as it is), or a `GatewayFailure`.
 *
 * @param hadSession whether the request named a session, without which a 404 says that there is nothing at this address
 */
export function gatewayError(
  error: unknown,
  { name, url, hadSession }: { readonly name: string; readonly url: string; readonly hadSession: boolean },
): AnyFailure | ProtocolError | SessionLost {
  for (const cause of causes(error)) if (isFailure(cause)) return cause;
  if (error instanceof SessionLost) return error;
  if (isStreamEnd(error)) return failure("gateway_connection_lost", { gateway: name, reason: error.message }, error);
  if (ProtocolError.isInstance(error)) return error;
  if (SdkHttpError.isInstance(error)) {
    if (hadSession && sessionIsUnknown(error)) return new SessionLost("session unknown", { cause: error });
    const answer = protocolErrorIn(error.data?.text);
    if (answer !== undefined) return answer;
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
