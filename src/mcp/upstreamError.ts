import { ProtocolError, SdkHttpError } from "@modelcontextprotocol/client";
import { isSessionRefused } from "./answerTo.ts";
import { withSafeUrls } from "./elicitationUrls.ts";
import { lostSession, type Refusal } from "./lostSession.ts";
import { METHOD_NOT_FOUND } from "./peer.ts";

/** The server no longer knows our session, or our revision: connect again, and repeat what does no harm. */
export class SessionLost extends Error {
  /** Whether the server has run nothing of the request, so that it may be repeated whatever it does. */
  readonly ranNothing: boolean;

  constructor(message: "session unknown" | "revision refused", ranNothing: boolean, options?: ErrorOptions) {
    super(message, options);
    this.ranNothing = ranNothing;
  }
}

/** The link was closed while something waited for it. */
export class LinkClosed extends Error {}

/**
 * Translates an error of the SDK's client into what it means: `SessionLost`, or the server's own `ProtocolError`.
 * Returns any other error unchanged.
 *
 * @param hadSession whether the request named a session
 * @param server where the server is; undefined for a program of this machine
 */
export function upstreamError(error: unknown, hadSession: boolean, server: URL | undefined): unknown {
  if (isSessionRefused(error)) return new SessionLost("session unknown", true, { cause: error });
  const refusal = refusalIn(error);
  // It was upgraded since it was connected to, and takes no message of the revision that was agreed on.
  if (refusal?.code === UNSUPPORTED_REVISION) return new SessionLost("revision refused", true, { cause: error });
  const lost = refusal && lostSession(refusal, hadSession);
  if (lost !== undefined) return new SessionLost("session unknown", lost.ranNothing, { cause: error });
  const own = serversOwn(error);
  return ProtocolError.isInstance(own) ? withSafeUrls(own, server) : own;
}

/** The server's own `ProtocolError` where it came in the body of an HTTP error, as some send it; any other error as it is. */
export const serversOwn = (error: unknown): unknown =>
  SdkHttpError.isInstance(error) ? (protocolErrorIn(error.data?.text) ?? error) : error;

/** Whether a server answered that it cannot do what was asked, as it is: in the session it knows, and to whoever may ask. */
export function isRefusedRequest(error: unknown): boolean {
  const meant = upstreamError(error, true, undefined);
  if (SdkHttpError.isInstance(meant)) return [400, 422, 500].includes(meant.status ?? 0);
  return ProtocolError.isInstance(meant);
}

/** Who does not know a list has none of it: tools may be assumed only, and resources come without templates. */
export function noneWhereUnknown(error: unknown): readonly [] {
  if (ProtocolError.isInstance(error) && error.code === METHOD_NOT_FOUND) return [];
  throw error;
}

/** JSON-RPC code for a request of a revision that the server does not speak (2026-07-28, basic/versioning). */
export const UNSUPPORTED_REVISION = -32022;

function refusalIn(error: unknown): Refusal | undefined {
  if (ProtocolError.isInstance(error)) return { status: 200, text: error.message, code: error.code };
  if (!SdkHttpError.isInstance(error) || error.status === undefined) return undefined;
  const text = String(error.data?.text ?? "");
  const said = errorBody(text);
  if (said === undefined) return { status: error.status, text };
  return { status: error.status, text, code: said.error.code, ofNoRequest: said.isOfNoRequest };
}

const protocolErrorIn = (text: unknown): ProtocolError | undefined => errorBody(text)?.error;

function errorBody(text: unknown): { readonly error: ProtocolError; readonly isOfNoRequest: boolean } | undefined {
  try {
    const { jsonrpc, id, error } = JSON.parse(String(text ?? "")) as {
      jsonrpc?: unknown;
      id?: unknown;
      error?: { code?: unknown; message?: unknown; data?: unknown };
    };
    if (typeof error?.code !== "number") return undefined;
    return {
      error: ProtocolError.fromError(error.code, String(error.message ?? ""), error.data),
      isOfNoRequest: jsonrpc === "2.0" && (id === undefined || id === null),
    };
  } catch {
    return undefined;
  }
}
