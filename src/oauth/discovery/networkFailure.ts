import { type AnyFailure, GatewayFailure } from "../../failures/failure.ts";

/** How `fetch` is passed in: the editor's, which knows its proxy and certificate settings. */
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** How long a single discovery or token request may take, in milliseconds. */
export const requestTimeoutMs = 20_000;

// Node's codes for a certificate that does not verify (tls module, "X509 certificate error codes").
const tlsCode = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH)/;
// Electron's fetch, which the editor can be set to use, has no codes but Chromium's names as messages.
const chromiumTls = /^net::ERR_(CERT|SSL)_/;

/** The reason behind `fetch failed`: Node wraps it, sometimes twice, and for several addresses in an AggregateError. */
export function networkReason(error: unknown): { readonly code: string; readonly text: string } {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
    const code = (current as { code?: unknown }).code;
    if (typeof code === "string") return { code, text: code };
    const inner = current instanceof AggregateError ? current.errors[0] : current.cause;
    if (inner === undefined) return { code: current.name, text: current.message };
    current = inner;
  }
  return { code: "unknown", text: "no reason given" };
}

/** A failed `fetch` of the gateway as `tls_failed` or `gateway_unreachable`; the original error stays as its cause. */
export function gatewayNetworkFailure(url: string | URL, error: unknown): AnyFailure {
  const { code, text } = networkReason(error);
  const facts = { url: String(url), reason: code === "TimeoutError" ? "no answer in time" : text };
  return isTlsError(error)
    ? new GatewayFailure("tls_failed", facts, { cause: error })
    : new GatewayFailure("gateway_unreachable", facts, { cause: error });
}

/** Whether `fetch` failed because the certificate did not verify. */
export function isTlsError(error: unknown): boolean {
  const { code, text } = networkReason(error);
  return tlsCode.test(code) || chromiumTls.test(text);
}

/** A signal that ends with `signal` or after the request time-out. */
export function withTimeout(signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(requestTimeoutMs);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}
