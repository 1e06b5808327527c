import { isFailure } from "../../failures/failure.ts";

/** Entra's for a client that is its own resource and names none, and for a scope that it calls otherwise. */
const entraCodes: readonly (string | undefined)[] = ["AADSTS90009", "AADSTS70011"];

/**
 * Whether a renewal may have been refused for naming its scopes, or for not naming them: RFC 6749, 6 lets a client do
 * either, Entra refuses some that do not, Salesforce all that do.
 */
export function isScopeRefusal(failure: unknown): boolean {
  if (!isFailure(failure, "token_refused")) return false;
  const { error, providerCode } = failure.facts;
  return error === "invalid_scope" || error === "invalid_request" || entraCodes.includes(providerCode);
}
