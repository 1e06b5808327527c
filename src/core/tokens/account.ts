import { decodeJwt, type JWTPayload } from "jose";
import type { Account } from "./tokenSet.ts";

/** The claims of a JWT, for showing only: nothing is verified here. Undefined for an opaque token. */
export function readClaims(token: string | undefined): JWTPayload | undefined {
  if (token === undefined) return undefined;
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

/**
 * Who signed in, read from the ID token and, where there is none, from the access token.
 *
 * @param fallback the subject of a token that says nothing about its person, such as an opaque one
 */
export function accountOf(
  tokens: { readonly idToken?: string; readonly accessToken: string },
  fallback: string,
): Account {
  const idToken = readClaims(tokens.idToken) ?? {};
  const accessToken = readClaims(tokens.accessToken) ?? {};
  const id = text(idToken.sub) ?? text(accessToken.sub) ?? fallback;
  for (const claims of [idToken, accessToken]) {
    for (const claim of ["name", "email", "preferred_username", "upn", "username"]) {
      const label = text(claims[claim]);
      if (label) return { id, label };
    }
  }
  return { id, label: id };
}

/** The audiences of an access token, or undefined where it names none (Cognito's do not). */
export function audiencesOf(accessToken: string): string[] | undefined {
  const aud = readClaims(accessToken)?.aud;
  return aud === undefined ? undefined : [aud].flat();
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
