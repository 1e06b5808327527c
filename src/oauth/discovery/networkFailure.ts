import { type AnyFailure, GatewayFailure, isFailure } from "../../failures/failure.ts";
import { type AnswerTooLarge, isTooLarge, sizeText } from "../../lib/httpPort.ts";
import { networkReason } from "../../lib/networkReason.ts";

// Node's codes for a certificate that does not verify (tls module, "X509 certificate error codes").
const tlsCode = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH)/;
// Electron's fetch, which the editor can be set to use, has no codes but Chromium's names as messages.
const chromiumTls = /^net::ERR_(CERT|SSL)_/;

/**
 * A failed request to a gateway as `answer_too_large`, `tls_failed` or `gateway_unreachable`; the original error stays as
 * its cause. What failed before it was sent, such as a header that cannot be read, is a failure already.
 */
export function gatewayNetworkFailure(url: string | URL, error: unknown): AnyFailure {
  if (isFailure(error)) return error;
  if (isTooLarge(error)) return tooLarge(url, error);
  const facts = { url: String(url), reason: networkReason(error).text };
  return isTlsError(error)
    ? new GatewayFailure("tls_failed", facts, { cause: error })
    : new GatewayFailure("gateway_unreachable", facts, { cause: error });
}

/** An answer that was given up for its size. */
export const tooLarge = (url: string | URL, { maxBytes }: AnswerTooLarge): GatewayFailure<"answer_too_large"> =>
  new GatewayFailure("answer_too_large", { url: String(url), limit: sizeText(maxBytes) });

/** Whether `fetch` failed because the certificate did not verify. */
export function isTlsError(error: unknown): boolean {
  const { code, text } = networkReason(error);
  return tlsCode.test(code) || chromiumTls.test(text);
}
