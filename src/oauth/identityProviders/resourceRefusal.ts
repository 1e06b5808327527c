import { isFailure } from "../../failures/failure.ts";

/** Entra's for a resource beside version 2 scopes, and for one that does not fit them. */
const entraCodes: readonly (string | undefined)[] = ["AADSTS901002", "AADSTS9010010"];

/** Whether a provider refused a request for its resource indicator: `invalid_target` (RFC 8707, 2), or Entra's own codes. */
export function isResourceRefusal(failure: unknown): boolean {
  if (!isFailure(failure, "authorization_refused") && !isFailure(failure, "token_refused")) return false;
  const { error, providerCode } = failure.facts;
  return error === "invalid_target" || entraCodes.includes(providerCode);
}
