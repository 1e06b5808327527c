import { GatewayFailure } from "../../failures/failure.ts";
import { sha256Hex } from "../../lib/sha256Hex.ts";
import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import type { EnterpriseGrant } from "../enterprise/enterpriseGrant.ts";
import type { IdentityProviderId } from "../identityProviders/identityProviderIds.ts";
import type { WorkloadGrant } from "../workload/workloadIdentity.ts";
import { type Account, readClaims } from "./account.ts";
import type { ClientIdentity } from "./clientIdentity.ts";
import type { ProofKey } from "./proofAlgorithms.ts";

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
  /** The same of a workload, which asks its platform for another assertion first. */
  readonly workloadGrant?: WorkloadGrant;
  /** What obtains them again by way of a company's identity provider: there is no refresh token then either. */
  readonly enterprise?: EnterpriseGrant;
  /** It is the sign-in at such an identity provider itself, from which gateways' tokens are obtained. No gateway gets these. */
  readonly isIdentity?: true;
  readonly account: Account;
  readonly scopes: readonly string[];
  /** The scopes as they were asked for, where the provider calls those it granted otherwise. */
  readonly askedScopes?: readonly string[];
  /** Whether a renewal has to name them, as far as it is known (RFC 6749, 6 leaves it to the client). */
  readonly namesScopes?: boolean;
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly idToken?: string;
  /** The key that each request for these tokens is proven with (RFC 9449, 5). A refresh token may be bound to it by itself. */
  readonly proofKey?: ProofKey;
  /** The access token is bound to that key; else the provider gave one for any bearer. */
  readonly isBound?: true;
  /** The last renewal brought no other ID token (OpenID Connect Core, 12.2). */
  readonly idTokenKept?: boolean;
  /**
   * The error by which the provider refused to renew them for good, or `KEY_LOST`. Nobody is signed in with them any more; they are kept
   * so that a sign-out can revoke the refresh token.
   */
  readonly refused?: string;
  /** It is a copy on its way from an editor to the keychain, and nobody's until the editor says that it has arrived. */
  readonly isMoving?: true;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  /** Milliseconds since the epoch; undefined where the provider does not say (RFC 6749, 5.1). */
  readonly expiresAt?: number;
}

/** Why tokens are of no use whose key is gone: in the place of a provider's error. */
export const KEY_LOST = "proof_key_lost";

/** Whether somebody is signed in with these tokens, as far as it is known here. */
export const isAlive = (tokens: TokenSet | undefined): tokens is TokenSet =>
  tokens !== undefined && tokens.refused === undefined;

/** Whether nobody is behind it who could sign in again: another token is asked for as this one was. */
export const asksByItself = ({ clientGrant, workloadGrant }: TokenSet): boolean =>
  clientGrant !== undefined || workloadGrant !== undefined;

/** Whether another token can be had without a person. */
export const isRenewable = (tokens: TokenSet): boolean =>
  tokens.refreshToken !== undefined || tokens.enterprise !== undefined || asksByItself(tokens);

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
  /** The key that it is bound to (RFC 9449); undefined for a token of any bearer. */
  readonly proofKey?: ProofKey;
}

/** The token that a gateway gets. An ID token has an end of its own, which its claims say. */
export function sentToken(tokens: TokenSet, sent: BearerToken): TokenToSend {
  if (sent === "access") {
    const { accessToken: text, issuedAt, expiresAt, isBound, proofKey } = tokens;
    return { text, issuedAt, expiresAt, ...(isBound && proofKey && { proofKey }) };
  }
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

/** Without its key a bound token lets nobody in. Whether a key that is there can sign is seen when it has to. */
const withKey = (tokens: TokenSet): TokenSet =>
  tokens.isBound && !tokens.proofKey ? { ...tokens, refused: KEY_LOST } : tokens;

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
    if (version === tokenSetVersion && isOurs && hasShape(tokens)) return withKey(tokens);
  } catch {
    // The parser's own message could quote what it read.
  }
  throw new GatewayFailure(isNewer ? "stored_by_newer_version" : "stored_secret_unreadable", { key });
}
