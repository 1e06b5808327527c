import type { CustomClaim } from "./authorizerConfiguration.ts";
import type { Finding } from "./finding.ts";

/** What a token says, not yet believed. */
export type Claims = Readonly<Record<string, unknown>>;

/** A claim that is a string or an array of strings (RFC 7519, 4.1.3) as an array. */
export function strings(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** Is the token from the issuer that the discovery document names? Compared letter by letter (OIDC Core, 3.1.3.7). */
export function issuer(claims: Claims, expected: string): Finding {
  return { rule: "issuer", claim: "iss", expected, found: claims.iss, ok: claims.iss === expected };
}

export interface Clock {
  readonly nowSeconds: number;
  /** How far the issuer's clock may be off. */
  readonly skewSeconds: number;
}

/**
 * Is the token still good? One without an end is not (RFC 7519, 4.1.4), nor one whose end is a number that JSON can
 * write and nobody can reach, such as 1e999.
 */
export function expiry(claims: Claims, { nowSeconds, skewSeconds }: Clock): Finding {
  const ok = isDate(claims.exp) && nowSeconds < claims.exp + skewSeconds;
  return { rule: "expiry", claim: "exp", expected: `after ${Math.floor(nowSeconds)}`, found: claims.exp, ok };
}

/** Is the token good already (RFC 7519, 4.1.5)? */
export function notBefore(claims: Claims, { nowSeconds, skewSeconds }: Clock): Finding {
  const ok = claims.nbf === undefined || (isDate(claims.nbf) && claims.nbf <= nowSeconds + skewSeconds);
  return { rule: "notBefore", claim: "nbf", expected: `not after ${Math.floor(nowSeconds)}`, found: claims.nbf, ok };
}

/** A NumericDate may have a fraction (RFC 7519, 2). */
const isDate = (value: unknown): value is number => Number.isFinite(value);

/** Is the token for one of the allowed audiences? */
export function audience(claims: Claims, allowed: readonly string[]): Finding {
  const ok = strings(claims.aud).some((one) => allowed.includes(one));
  return { rule: "audience", claim: "aud", expected: allowed, found: claims.aud, ok };
}

/**
 * Was the token issued to one of the allowed clients?
 *
 * Only `client_id` is looked at, as AgentCore does: a token of Okta (`cid`) or Entra (`azp`, `appid`) has no such
 * claim by itself and needs a custom claim rule.
 */
export function client(claims: Claims, allowed: readonly string[]): Finding {
  const found = claims.client_id;
  const ok = typeof found === "string" && allowed.includes(found);
  return { rule: "client", claim: "client_id", expected: allowed, found, ok };
}

/** The scopes of a token: `scope` (RFC 9068, 2.2.3) and `scp`, each a space-delimited string or an array. */
export function scopesOf(claims: Claims): readonly string[] {
  const both = [...strings(claims.scope), ...strings(claims.scp)].join(" ");
  return [...new Set(both.split(" "))].filter((one) => one !== "");
}

/** Has the token one of the allowed scopes? */
export function anyScope(claims: Claims, allowed: readonly string[]): Finding {
  const found = scopesOf(claims);
  return { rule: "scope", claim: "scope", expected: allowed, found, ok: found.some((one) => allowed.includes(one)) };
}

/** Are all the scopes that a tool needs among the token's? AgentCore knows no scopes of a tool. */
export function everyScope(found: readonly string[], needed: readonly string[]): Finding {
  const ok = needed.every((one) => found.includes(one));
  return { rule: "scope", claim: "scope", expected: needed, found, ok, beyondAgentCore: true };
}

/**
 * Does a claim have the value that a rule asks for?
 *
 * EQUALS compares a string. CONTAINS and CONTAINS_ANY look into an array of strings, and a string is none: a claim of
 * another type than the configuration says does not match.
 */
export function customClaim(claims: Claims, { inboundTokenClaimName: claim, ...rule }: CustomClaim): Finding {
  const { claimMatchOperator: operator, claimMatchValue: value } = rule.authorizingClaimMatchValue;
  const wanted = value.matchValueString === undefined ? (value.matchValueStringList ?? []) : [value.matchValueString];
  // AWS lets a claim be called `constructor`, which every object has without having it.
  const found = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  return { rule: "customClaim", claim, expected: { [operator]: wanted }, found, ok: matches() };

  function matches(): boolean {
    switch (operator) {
      case "EQUALS":
        return typeof found === "string" && found === wanted[0];
      case "CONTAINS":
      case "CONTAINS_ANY":
        return Array.isArray(found) && wanted.some((one) => found.includes(one));
    }
  }
}

/** Does the token speak for someone? `sub` is optional in a JWT (RFC 7519, 4.1.2), and AgentCore does not ask for it. */
export function subject(claims: Claims): Finding {
  const ok = typeof claims.sub === "string" && claims.sub !== "";
  return { rule: "subject", claim: "sub", expected: "a subject", found: claims.sub, ok, beyondAgentCore: true };
}

/**
 * Is the token none of those that were denied by their `jti` (RFC 7519, 4.1.7)? A token without one cannot be named,
 * and so cannot be denied.
 */
export function deniedToken(claims: Claims, denied: readonly string[]): Finding {
  const { jti } = claims;
  const ok = typeof jti !== "string" || !denied.includes(jti);
  return {
    rule: "deniedToken",
    claim: "jti",
    expected: "a token that is not denied",
    found: jti,
    ok,
    beyondAgentCore: true,
  };
}

/** What only an ID token has: hashes of what came with it (OpenID Connect Core, 3.1.3.6 and 3.3.2.11). */
const hashes = ["at_hash", "c_hash"];

/**
 * Is the token something else than an ID token? That one tells a client who signed in; it is sent to the client, and
 * an API that takes it lets every client in that a person ever signed in to.
 *
 * Tokens say what they are in different ways, and the plainest counts:
 *
 * 1. the header's `typ` is `at+jwt`: an access token (RFC 9068, 2.1), whatever claims it has;
 * 2. `token_use` is `id` or `access`, as Amazon Cognito has it, or `typ` among the claims is `ID` or `Bearer`, as
 *    Keycloak has it;
 * 3. `at_hash` or `c_hash` is there, or `nonce`, which an ID token repeats from the sign-in (OpenID Connect Core, 2).
 *
 * An ID token with none of these, as Entra issues when the client sent no nonce, looks like an access token, and
 * passes: only `allowedAudience` and a rule on a claim such as `scp` keep it out.
 */
export function idToken(header: Readonly<Record<string, unknown>>, claims: Claims): Finding {
  const sign = saysAccessToken(header, claims) ? undefined : signOf(claims);
  const expected = "a token that is no ID token";
  const found = sign === undefined ? undefined : claims[sign];
  return { rule: "idToken", claim: sign ?? "", expected, found, ok: sign === undefined, beyondAgentCore: true };
}

function saysAccessToken({ typ }: Readonly<Record<string, unknown>>, claims: Claims): boolean {
  // A media type is read without regard to case, and its "application/" may be left out (RFC 7515, 4.1.9).
  const type = typeof typ === "string" ? typ.toLowerCase().replace(/^application\//, "") : "";
  if (type === "at+jwt") return true;
  return claims.token_use !== "id" && claims.typ !== "ID" && (claims.token_use === "access" || claims.typ === "Bearer");
}

function signOf(claims: Claims): string | undefined {
  if (claims.token_use === "id") return "token_use";
  if (claims.typ === "ID") return "typ";
  return [...hashes, "nonce"].find((name) => claims[name] !== undefined);
}
