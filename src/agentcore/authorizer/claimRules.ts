// The rules of an authorizer on the claims of a token. Each is a pure function that returns what it found.

import { operators } from "./claimOperators.ts";
import { type CustomClaim, wantedBy } from "./customClaims.ts";
import type { Finding } from "./finding.ts";

/** The claims of a token. Its signature may not have been verified yet. */
export type Claims = Readonly<Record<string, unknown>>;

/** The strings of a claim that holds either one string or an array of them (RFC 7519, 4.1.3). */
export function strings(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** Is the token from the issuer that the discovery document names? The comparison is exact (OIDC Core, 3.1.3.7). */
export function issuer(claims: Claims, expected: string): Finding {
  return { rule: "issuer", claim: "iss", expected, found: claims.iss, ok: claims.iss === expected };
}

/** The time that a token's lifetime is checked against. */
export interface Clock {
  readonly nowSeconds: number;
  /** How far the issuer's clock may differ from ours. */
  readonly skewSeconds: number;
}

/**
 * Is the token unexpired (RFC 7519, 4.1.4)? A token without `exp` is refused, and so is one whose `exp` is infinite,
 * which JSON can express as 1e999.
 */
export function expiry(claims: Claims, { nowSeconds, skewSeconds }: Clock): Finding {
  const ok = isDate(claims.exp) && nowSeconds < claims.exp + skewSeconds;
  return { rule: "expiry", claim: "exp", expected: `after ${Math.floor(nowSeconds)}`, found: claims.exp, ok };
}

/** Has the token become valid already (RFC 7519, 4.1.5)? */
export function notBefore(claims: Claims, { nowSeconds, skewSeconds }: Clock): Finding {
  const ok = claims.nbf === undefined || (isDate(claims.nbf) && claims.nbf <= nowSeconds + skewSeconds);
  return { rule: "notBefore", claim: "nbf", expected: `not after ${Math.floor(nowSeconds)}`, found: claims.nbf, ok };
}

/** A NumericDate may have a fraction (RFC 7519, 2). */
const isDate = (value: unknown): value is number => Number.isFinite(value);

/** Is the token meant for one of the allowed audiences? */
export function audience(claims: Claims, allowed: readonly string[]): Finding {
  const ok = strings(claims.aud).some((one) => allowed.includes(one));
  return { rule: "audience", claim: "aud", expected: allowed, found: claims.aud, ok };
}

/**
 * Was the token issued to one of the allowed clients?
 *
 * Like AgentCore, this rule reads `client_id` alone. Tokens of Okta (`cid`) and Entra ID (`azp`, `appid`) have no such
 * claim by default and need a custom claim rule.
 */
export function client(claims: Claims, allowed: readonly string[]): Finding {
  const found = claims.client_id;
  const ok = allowed.some((one) => one === found);
  return { rule: "client", claim: "client_id", expected: allowed, found, ok };
}

/** The scopes of a token: `scope` (RFC 9068, 2.2.3) and `scp`, each a space-delimited string or an array. */
export function scopesOf(claims: Claims): readonly string[] {
  const both = [...strings(claims.scope), ...strings(claims.scp)].join(" ");
  return [...new Set(both.split(" "))].filter((one) => one !== "");
}

/** Does the token have one of the allowed scopes? */
export function anyScope(claims: Claims, allowed: readonly string[]): Finding {
  const found = scopesOf(claims);
  return { rule: "scope", claim: "scope", expected: allowed, found, ok: found.some((one) => allowed.includes(one)) };
}

/** Does the token have every scope that a tool needs? AgentCore has no scopes per tool. */
export function everyScope(found: readonly string[], needed: readonly string[]): Finding {
  const ok = needed.every((one) => found.includes(one));
  return { rule: "scope", claim: "scope", expected: needed, found, ok, beyondAgentCore: true };
}

/** Does a claim have the value that a rule asks for? */
export function customClaim(claims: Claims, rule: CustomClaim): Finding {
  const { inboundTokenClaimName: claim, authorizingClaimMatchValue } = rule;
  const { claimMatchOperator: operator } = authorizingClaimMatchValue;
  const wanted = wantedBy(rule);
  // AWS allows a claim name such as `constructor`, which every object inherits.
  const found = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  const ok = operators[operator].matches(found, wanted);
  return { rule: "customClaim", claim, expected: { [operator]: wanted }, found, ok };
}

/** Does the token name a subject? `sub` is optional in a JWT (RFC 7519, 4.1.2), and AgentCore does not require it. */
export function subject(claims: Claims): Finding {
  const ok = typeof claims.sub === "string" && claims.sub !== "";
  return { rule: "subject", claim: "sub", expected: "a subject", found: claims.sub, ok, beyondAgentCore: true };
}

/**
 * Is the token's `jti` (RFC 7519, 4.1.7) absent from the denied ones? A token without `jti` cannot be denied, since
 * nothing names it.
 */
export function deniedToken(claims: Claims, denied: readonly string[]): Finding {
  const { jti } = claims;
  const ok = !denied.some((one) => one === jti);
  return {
    rule: "deniedToken",
    claim: "jti",
    expected: "a token that is not denied",
    found: jti,
    ok,
    beyondAgentCore: true,
  };
}

/** Hashes of what was issued together with an ID token, which no other token has (OIDC Core, 3.1.3.6 and 3.3.2.11). */
const hashes = ["at_hash", "c_hash"];

/**
 * Is the token anything but an ID token? An ID token tells a client who signed in. An API that accepts one lets in
 * every client that the person ever signed in to.
 *
 * Tokens show their kind in different ways. The first of these that applies decides:
 *
 * 1. `typ` in the header is `at+jwt`: an access token (RFC 9068, 2.1), whatever its claims;
 * 2. the claim `token_use` is `id` or `access` (Amazon Cognito), or the claim `typ` is `ID` or `Bearer` (Keycloak);
 * 3. the token has `at_hash` or `c_hash`, or `nonce`, which an ID token repeats from the sign-in (OIDC Core, 2).
 *
 * An ID token with none of these, such as Entra ID issues to a client that sent no nonce, looks like an access token
 * and passes. Only `allowedAudience` and a rule on a claim such as `scp` keep it out.
 */
export function idToken(header: Readonly<Record<string, unknown>>, claims: Claims): Finding {
  const mark = isMarkedAccessToken(header, claims) ? undefined : idTokenMark(claims);
  const expected = "a token that is no ID token";
  const found = mark && claims[mark];
  return { rule: "idToken", claim: mark ?? "", expected, found, ok: mark === undefined, beyondAgentCore: true };
}

/** Media types ignore case, and "application/" may be omitted (RFC 7515, 4.1.9). */
const accessToken = /^(application\/)?at\+jwt$/i;

function isMarkedAccessToken({ typ }: Readonly<Record<string, unknown>>, claims: Claims): boolean {
  if (typeof typ === "string" && accessToken.test(typ)) return true;
  return claims.token_use !== "id" && claims.typ !== "ID" && (claims.token_use === "access" || claims.typ === "Bearer");
}

function idTokenMark(claims: Claims): string | undefined {
  if (claims.token_use === "id") return "token_use";
  if (claims.typ === "ID") return "typ";
  return [...hashes, "nonce"].find((name) => claims[name] !== undefined);
}
