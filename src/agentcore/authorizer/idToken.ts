import type { Claims } from "./claims.ts";
import type { Finding } from "./finding.ts";

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
