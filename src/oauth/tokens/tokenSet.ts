import { GatewayFailure } from "../../failures/failure.ts";
import { sha256Hex } from "../../lib/sha256Hex.ts";
import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import type { IdentityProvider, IdentityProviderId } from "../identityProviders/identityProvider.ts";
import { type Account, readClaims } from "./account.ts";
import type { CredentialSource } from "./clientCredential.ts";

/** How a client identifies itself at the token endpoint (RFC 6749, 2.3; RFC 7523, 2.2). */
export interface ClientIdentity {
  readonly clientId: string;
  readonly authMethod: ClientAuthMethod;
  /** The secret of a client that registered itself, which nobody else keeps. */
  readonly clientSecret?: string;
  /** Where the secret or the private key of any other client is read when it is used. */
  readonly credential?: CredentialSource;
  /** How an assertion is written that a private key signs. */
  readonly assertion?: Assertion;
}

/** By their names in OAuth's registry (RFC 7591, 2; OpenID Connect Core, 9). */
export type ClientAuthMethod = "none" | "client_secret_basic" | "client_secret_post" | "private_key_jwt";

export interface Assertion {
  readonly keyId?: string;
  readonly keyHeader?: IdentityProvider["keyHeader"];
  readonly audience?: IdentityProvider["assertionAudience"];
  readonly algorithm?: IdentityProvider["assertionAlgorithm"];
}

/** Which of its tokens a gateway takes. */
export type BearerToken = "access" | "id";

/**
 * A person's tokens with everything needed to renew and to revoke them. The only place where secrets live.
 *
 * It carries the metadata of the issuer that issued it: a refresh token goes to no other token endpoint, whatever a
 * gateway's metadata says later.
 */
export interface TokenSet {
  /** Stable over renewals: derived from issuer, client, resource, subject and the connection. */
  readonly sessionId: string;
  /** The connection it was made for. Others may use it too; a sign-in of theirs is another session and overwrites none. */
  readonly connectionId?: string;
  /** The host of that connection's gateway, with its port. Consent to share the sign-in names it. */
  readonly gatewayHost?: string;
  readonly server: AuthorizationServer;
  /** The product behind the issuer, where the settings say so; otherwise its metadata tells. */
  readonly identityProvider?: IdentityProviderId;
  readonly client: ClientIdentity;
  /** The resource that the tokens are bound to (RFC 8707). */
  readonly resource?: string;
  /** The audience that the tokens are bound to instead, where the provider has a parameter of its own for it. */
  readonly boundAudience?: string;
  /** What a client asks for again when its token ends: there is no refresh token then (RFC 6749, 4.4.3). */
  readonly clientGrant?: { readonly scopes: readonly string[]; readonly parameters: Readonly<Record<string, string>> };
  readonly account: Account;
  readonly scopes: readonly string[];
  /** The scopes as they were asked for, where the provider calls those it granted otherwise. */
  readonly askedScopes?: readonly string[];
  /** Whether a renewal has to name them, as far as it is known (RFC 6749, 6 leaves it to the client). */
  readonly namesScopes?: boolean;
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly idToken?: string;
  /** The last renewal brought no other ID token (OpenID Connect Core, 12.2). */
  readonly idTokenKept?: boolean;
  /**
   * The error by which the provider refused to renew them for good. Nobody is signed in with them any more; they are kept
   * so that a sign-out can revoke the refresh token.
   */
  readonly refused?: string;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  /** Milliseconds since the epoch; undefined where the provider does not say (RFC 6749, 5.1). */
  readonly expiresAt?: number;
}

/** Whether somebody is signed in with these tokens, as far as it is known here. */
export const isAlive = (tokens: TokenSet | undefined): tokens is TokenSet =>
  tokens !== undefined && tokens.refused === undefined;

/** The stable name of a session: nobody's token can be mistaken for that of another issuer, client or resource. */
export async function sessionIdOf(parts: {
  readonly issuer: string;
  readonly clientId: string;
  /** What its tokens are bound to. */
  readonly resource?: string | undefined;
  readonly subject: string;
  readonly connectionId?: string | undefined;
}): Promise<string> {
  const { connectionId } = parts;
  const text = JSON.stringify([
    parts.issuer,
    parts.clientId,
    parts.resource ?? "",
    parts.subject,
    ...(connectionId === undefined ? [] : [connectionId]),
  ]);
  return (await sha256Hex(text)).slice(0, 24);
}

/**
 * When to renew: a minute before the end, or a fifth of the lifetime where that is shorter, so that a token of a
 * minute is not renewed at every call.
 *
 * @returns milliseconds since the epoch, or undefined where the token has no known end
 */
export function renewAt(tokens: {
  readonly issuedAt: number;
  readonly expiresAt?: number | undefined;
}): number | undefined {
  if (tokens.expiresAt === undefined) return undefined;
  return tokens.expiresAt - Math.min(60_000, (tokens.expiresAt - tokens.issuedAt) / 5);
}

/** A token as it is sent to a gateway. Times are in milliseconds since the epoch. */
export interface TokenToSend {
  /** Undefined where the provider gave none of this kind. */
  readonly text: string | undefined;
  readonly issuedAt: number;
  readonly expiresAt: number | undefined;
}

/** The token that a gateway gets. An ID token has an end of its own, which its claims say. */
export function sentToken(tokens: TokenSet, sent: BearerToken): TokenToSend {
  if (sent === "access") return { text: tokens.accessToken, issuedAt: tokens.issuedAt, expiresAt: tokens.expiresAt };
  const { iat, exp } = readClaims(tokens.idToken) ?? {};
  return {
    text: tokens.idToken,
    // Claims are whatever a server wrote.
    issuedAt: typeof iat === "number" ? iat * 1000 : tokens.issuedAt,
    expiresAt: typeof exp === "number" ? exp * 1000 : undefined,
  };
}

/** The version of the stored form. It lets a later release read what this one wrote, and this one see what it cannot. */
export const tokenSetVersion = 1;

/** The stored form. Members of a newer version were read with the rest, and are written with it. */
export const serializeTokenSet = (tokens: TokenSet): string => JSON.stringify({ version: tokenSetVersion, ...tokens });

/** The version of a stored form, undefined where it is none. */
export function versionOf(text: string | undefined): number | undefined {
  try {
    const { version } = JSON.parse(text ?? "null") as { readonly version?: unknown };
    return typeof version === "number" ? version : undefined;
  } catch {
    return undefined;
  }
}

/** What the code relies on; the rest is only ever written by `serializeTokenSet`. */
const hasShape = (tokens: { readonly [K in keyof TokenSet]: unknown }): boolean =>
  typeof tokens.accessToken === "string" &&
  tokens.accessToken !== "" &&
  ["string", "undefined"].includes(typeof tokens.refreshToken) &&
  ["number", "undefined"].includes(typeof tokens.expiresAt) &&
  typeof tokens.issuedAt === "number" &&
  Array.isArray(tokens.scopes) &&
  tokens.scopes.every((scope) => typeof scope === "string");

/**
 * Reads the stored form and checks its stamp.
 *
 * @param key the entry's key, for the failure
 * @throws GatewayFailure `stored_secret_unreadable` when it is damaged or belongs to another session,
 *   `stored_by_newer_version`
 */
export async function parseTokenSet(key: string, sessionId: string, text: string): Promise<TokenSet> {
  let isNewer = false;
  try {
    const { version, ...tokens } = JSON.parse(text) as TokenSet & { version: number };
    isNewer = typeof version === "number" && version > tokenSetVersion;
    const stamp = await sessionIdOf({
      issuer: tokens.server.issuer,
      clientId: tokens.client.clientId,
      resource: tokens.resource ?? tokens.boundAudience,
      connectionId: tokens.connectionId,
      subject: tokens.account.id,
    });
    const isOurs = stamp === sessionId && tokens.sessionId === sessionId;
    if (version === tokenSetVersion && isOurs && hasShape(tokens)) return tokens;
  } catch {
    // The parser's own message could quote what it read.
  }
  throw new GatewayFailure(isNewer ? "stored_by_newer_version" : "stored_secret_unreadable", { key });
}
