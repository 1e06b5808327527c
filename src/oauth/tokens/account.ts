import { decodeJwt, type JWTPayload } from "jose";
import { foreignText } from "../../lib/foreignText.ts";

/** Whose token it is. */
export interface Account {
  /** The subject at the issuer. */
  readonly id: string;
  /** What people call it: a name, else an address, else the subject. */
  readonly label: string;
  /** It is a client that signed in as itself, with no person behind it. */
  readonly machine?: true;
}

/** The claims of a JWT, for showing only: nothing is verified here. Undefined for an opaque token. */
export function readClaims(token: string | undefined): JWTPayload | undefined {
  if (token === undefined) return undefined;
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

/** The claims with a name for people, where nothing particular is known of the provider. */
export const defaultNames: readonly string[] = ["name", "email", "preferred_username", "upn", "username"];

/**
 * Who signed in, read from the ID token and, where there is none, from the access token.
 *
 * @param fallback the subject of a token that says nothing about its person, such as an opaque one
 * @param names the claims with a name for people, best first
 */
export function accountOf(
  tokens: { readonly idToken?: string; readonly accessToken: string },
  fallback: string,
  names: readonly string[] = defaultNames,
): Account {
  const idToken = readClaims(tokens.idToken) ?? {};
  const accessToken = readClaims(tokens.accessToken) ?? {};
  const id = text(idToken.sub) ?? text(accessToken.sub) ?? fallback;
  for (const claims of [idToken, accessToken]) {
    for (const claim of names) {
      const label = text(claims[claim]);
      if (label) return { id, label: foreignText(label) };
    }
  }
  return { id, label: foreignText(id) };
}

/** A client that signed in as itself: its subject at the issuer, and its client ID, by which its administrators know it. */
export function machineOf(accessToken: string, clientId: string): Account {
  return { id: text(readClaims(accessToken)?.sub) ?? clientId, label: clientId, machine: true };
}

/** An account in a sentence, which says of a machine that it is one. */
export const accountText = ({ label, machine }: Account): string => (machine ? `the machine ${label}` : label);

/** The audiences of an access token, or undefined where it names none (Cognito's do not). */
export function audiencesOf(accessToken: string): string[] | undefined {
  const aud = readClaims(accessToken)?.aud;
  return aud === undefined ? undefined : [aud].flat();
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
