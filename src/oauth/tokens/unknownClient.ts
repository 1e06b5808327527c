import { isFailure } from "../../failures/failure.ts";

/** The error of a client that the provider does not know, or no longer (RFC 6749, 5.2). */
export const UNKNOWN_CLIENT = "invalid_client";

/** Whether the provider does not know the client (RFC 6749, 5.2; some say so at the other endpoints as well). */
export const isUnknownClient = (failure: unknown): boolean =>
  (isFailure(failure, "token_refused") || isFailure(failure, "authorization_refused")) &&
  failure.facts.error === UNKNOWN_CLIENT;
