import { type AnyFailure, isFailure } from "../../failures/failure.ts";

/** The error of a client that the provider does not know, or no longer (RFC 6749, 5.2). */
export const UNKNOWN_CLIENT = "invalid_client";

/** Whether the provider does not know the client (RFC 6749, 5.2; some say so at the other endpoints as well). */
export const isUnknownClient = (failure: unknown): boolean =>
  (isFailure(failure, "token_refused") || isFailure(failure, "authorization_refused")) &&
  failure.facts.error === UNKNOWN_CLIENT;

/** What OAuth (RFC 6749, 4.1.2.1 and 5.2) and Entra ID say of a client that they do not know, or not in this use. */
const clientErrors: ReadonlySet<string> = new Set([UNKNOWN_CLIENT, "unauthorized_client", "AADSTS700016"]);

/** Whether another client ID may mend a refusal. */
export function isAboutClient(failure: unknown): failure is AnyFailure {
  if (!isFailure(failure, "token_refused") && !isFailure(failure, "authorization_refused")) return false;
  const { error, providerCode = "" } = failure.facts;
  return clientErrors.has(error) || clientErrors.has(providerCode);
}
