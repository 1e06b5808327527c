import { type FailureFacts, GatewayFailure } from "../failures/failure.ts";
import { quotedText, reasonIn } from "../lib/quotedText.ts";
import type { SigningScope } from "./sigV4.ts";

/** An answer to a signed request, as far as it can be about the signature. */
export interface AnswerToSigned {
  readonly url: string;
  readonly status: number;
  readonly text: string;
  /** The header `x-amzn-errortype`. */
  readonly errorType: string | null;
  /** The header `date`. */
  readonly date: string | null;
}

export interface SignedBy extends SigningScope {
  /** What was signed with, in words. */
  readonly source: string;
  /** Milliseconds since the epoch, when it was signed. */
  readonly signedAt: number;
}

// The names are those of AWS's common errors and of STS, the sentences those that its services answer with.
const expired = /\bExpiredToken(?:Exception)?\b|security token included in the request is expired/i;
const unknown =
  /\b(?:UnrecognizedClient(?:Exception)?|InvalidClientTokenId|InvalidAccessKeyId)\b|security token included in the request is invalid/i;
const untimely =
  /\bRequestTimeTooSkewed\b|\bRequestExpired\b|Signature expired|Signature not yet current|Request (?:has expired|timestamp is too skewed)/i;
const mismatch =
  /\b(?:SignatureDoesNotMatch|InvalidSignature(?:Exception)?|IncompleteSignature(?:Exception)?)\b|signature we calculated does not match|Credential should be scoped/i;

/** Whether a refusal is about the credentials themselves, so that others of the same source may be taken. */
export const refusesCredentials = ({ text, errorType }: AnswerToSigned): boolean =>
  [expired, unknown].some((pattern) => pattern.test(`${errorType ?? ""} ${text}`));

/**
 * What AWS means by a refusal of a signed request, where it is about its signature. What is about permissions is none of
 * these: `awsFailure` (src/agentcore/refusals.ts) reads it.
 */
export function signatureRefusal(answer: AnswerToSigned, signed: SignedBy): GatewayFailure | undefined {
  const { url, text, errorType, date } = answer;
  const { source, service, region, signedAt } = signed;
  const said = `${errorType ?? ""} ${text}`;
  const words = reasonIn(text) ?? (errorType === null ? undefined : quotedText(errorType));
  const spoken = words !== undefined && { words };
  // The sentence about the time comes with the name of the mismatch.
  if (untimely.test(said)) {
    return new GatewayFailure("aws_clock_skewed", {
      url,
      ...differenceOf(signedAt, Date.parse(date ?? "")),
      ...spoken,
    });
  }
  if (expired.test(said)) return new GatewayFailure("aws_credentials_expired", { source });
  if (unknown.test(said)) return new GatewayFailure("aws_credentials_refused", { url, source, ...spoken });
  if (mismatch.test(said)) return new GatewayFailure("aws_signature_mismatch", { url, service, region, ...spoken });
  return undefined;
}

/** In whole minutes, and in none where the server does not say what time it is. */
function differenceOf(ours: number, theirs: number): Omit<FailureFacts["aws_clock_skewed"], "url"> {
  if (Number.isNaN(theirs)) return {};
  const minutes = Math.max(1, Math.round(Math.abs(ours - theirs) / 60_000));
  return ours > theirs ? { minutesAhead: minutes } : { minutesBehind: minutes };
}
