import { isFailure } from "../../failures/failure.ts";
import { KEY_LOST } from "./tokenSet.ts";

/**
 * Whether a refusal with an OAuth error (RFC 6749, 5.2) says that the sign-in that was to be renewed is over. The first rule
 * that fits decides. Where none does nothing is over: any other status, such as 404, 429 or 5xx, is about the server or the
 * load on it. Answers that are no OAuth error, such as the page of a proxy with 403 or 407, and no answer at all are not
 * asked about here.
 */
const rules: readonly (readonly [errors: readonly string[], statuses: readonly number[], isFinal: boolean])[] = [
  // The provider says that it cannot answer now (RFC 6749, 4.1.2.1).
  [["temporarily_unavailable", "server_error"], [], false],
  // It has not got as far as the refresh token: the proof is what it does not take (RFC 9449, 5 and 8), by its clock mostly.
  [["use_dpop_nonce", "invalid_dpop_proof"], [], false],
  // It wants to be asked more slowly (RFC 8628, 3.5).
  [["slow_down"], [], false],
  // It has looked at the refresh token and the client, and takes one of them no more. Whichever code it has for that
  // (invalid_grant, invalid_request, invalid_token, unauthorized_client …), the same request gets the same answer. Some
  // answer every error with 200, which no proxy does in OAuth's words.
  [[], [200, 400, 401, 403], true],
];

/**
 * The error by which a provider refuses to renew a sign-in for good, or `KEY_LOST` where there is nothing to ask it with;
 * undefined for a failure that may pass.
 */
export function finalRefusal(failure: unknown): string | undefined {
  if (isFailure(failure, "proof_key_unusable")) return KEY_LOST;
  if (!isFailure(failure, "token_refused")) return undefined;
  const { error, status } = failure.facts;
  const fits = (given: readonly unknown[], found: unknown) => given.length === 0 || given.includes(found);
  const rule = rules.find(([errors, statuses]) => fits(errors, error) && fits(statuses, status));
  return rule?.[2] ? error : undefined;
}
