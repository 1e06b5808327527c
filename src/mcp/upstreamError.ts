import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from "@modelcontextprotocol/client";

/** The server no longer knows our session, and so has executed nothing: initialise again and repeat. */
export class SessionLost extends Error {}

/** The link was closed while something waited for it. */
export class LinkClosed extends Error {}

/**
 * Translates an error of the SDK's client into what it means: `SessionLost`, or the server's own `ProtocolError`.
 * Returns any other error unchanged.
 *
 * @param hadSession whether the request named a session, without which a 404 says that there is nothing at this address
 */
export function upstreamError(error: unknown, hadSession: boolean): unknown {
  if (!SdkHttpError.isInstance(error)) return error;
  if (hadSession && sessionIsUnknown(error)) return new SessionLost("session unknown", { cause: error });
  return protocolErrorIn(error.data?.text) ?? error;
}

/** Whether the server was reached and refused, so that it may speak another revision by now. */
export const isRefusal = (error: unknown): boolean =>
  ProtocolError.isInstance(error) ||
  (SdkHttpError.isInstance(error) && error.status !== 404) ||
  (SdkError.isInstance(error) && error.code === SdkErrorCode.ClientHttpUnexpectedContent);

function sessionIsUnknown(error: SdkHttpError): boolean {
  if (error.status === 404) return true;
  // Servers built on older samples answer 400 for an unknown session instead of the 404 of 2025-11-25, transports.
  return error.status === 400 && /session/i.test(String(error.data?.text ?? ""));
}

/** Some servers send their JSON-RPC error in the body of an HTTP error. */
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
