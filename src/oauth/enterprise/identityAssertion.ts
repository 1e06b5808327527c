import { decodeJwt, decodeProtectedHeader } from "jose";
import { GatewayFailure } from "../../failures/failure.ts";
import { isSameAddress } from "../../lib/sameAddress.ts";
import { timeText } from "../../lib/timeText.ts";
import { readClaims } from "../tokens/account.ts";

/** What an identity assertion has to say to be handed on. */
export interface ExpectedAssertion {
  /** The identity provider, as its metadata has it. */
  readonly issuer: string;
  /** The issuer of the gateway's authorization server. */
  readonly audience: string;
  /** The client there. */
  readonly clientId: string;
  readonly resource: string | undefined;
  /** The ID token that was exchanged for it. */
  readonly idToken: string;
  /** The identity provider calls one person otherwise to each client (OpenID Connect Core, 8.1). */
  readonly isPairwise: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** How wrong a clock may be, in milliseconds. */
const CLOCK_TOLERANCE_MS = 300_000;

type Claims = Readonly<Record<string, unknown>>;
type Mismatch = { readonly part: string; readonly expected: string; readonly found: string };

/**
 * Refuses an assertion that is not what was asked for (draft-ietf-oauth-identity-assertion-authz-grant, 4.3), before it is
 * sent to anybody: one for another server or client would be that one's to use, and one for somebody else would sign in
 * somebody else. Its signature is not checked: it comes from the token endpoint itself, over TLS, and is for another to believe.
 *
 * @param text what came as `access_token`
 * @throws GatewayFailure `identity_assertion_invalid`
 */
export function checkAssertion(text: string, expected: ExpectedAssertion): void {
  const { issuer } = expected;
  const mismatch = mismatchOf(text, expected);
  if (mismatch) throw new GatewayFailure("identity_assertion_invalid", { issuer, ...mismatch });
}

function mismatchOf(text: string, expected: ExpectedAssertion): Mismatch | undefined {
  let claims: Claims;
  let type: string;
  try {
    claims = decodeJwt(text);
    const { typ }: Claims = decodeProtectedHeader(text);
    type = typeof typ === "string" ? typ : "none";
  } catch {
    return { part: "form", expected: "a JWT", found: "something else" };
  }
  // RFC 7515, 4.1.9: `application/` may be left out, and case does not matter.
  if (type.toLowerCase().replace(/^application\//, "") !== ASSERTION_TYPE) {
    return { part: "typ", expected: ASSERTION_TYPE, found: type };
  }
  const { issuer, audience, clientId, resource } = expected;
  return (
    (same(claims.iss, issuer) ? undefined : differs("iss", issuer, claims.iss)) ??
    ([claims.aud].flat().length === 1 && same([claims.aud].flat()[0], audience)
      ? undefined
      : differs("aud", audience, claims.aud)) ??
    (claims.client_id === clientId ? undefined : differs("client_id", clientId, claims.client_id)) ??
    subjectMismatch(claims, expected) ??
    (resource === undefined || claims.resource === undefined || [claims.resource].flat().includes(resource)
      ? undefined
      : differs("resource", resource, claims.resource)) ??
    (typeof claims.jti === "string" && claims.jti !== "" ? undefined : differs("jti", "one", claims.jti)) ??
    timeMismatch(claims, expected.now)
  );
}

const ASSERTION_TYPE = "oauth-id-jag+jwt";

/**
 * It is about whoever signed in: by the subject, by an address or a name of theirs, or, where each client knows a person by
 * another subject, by nothing that says otherwise.
 */
function subjectMismatch(claims: Claims, { idToken, isPairwise }: ExpectedAssertion): Mismatch | undefined {
  const person: Claims = readClaims(idToken) ?? {};
  if (typeof claims.sub !== "string" || claims.sub === "") return differs("sub", "a person", claims.sub);
  if ([person.sub, person.email, person.preferred_username].includes(claims.sub)) return undefined;
  const emails = [person.email, claims.email].filter((email) => typeof email === "string");
  const [one, other] = emails.map((email) => email.toLowerCase());
  if (emails.length === 2 ? one === other : isPairwise) return undefined;
  // Neither of them is told: they name people.
  return { part: "sub", expected: "the person who signed in", found: "somebody else" };
}

/** By the issuer's own clock, where it says when it issued it: people's clocks are wrong, and it is another server that decides. */
function timeMismatch({ exp, iat }: Claims, now: number): Mismatch | undefined {
  if (typeof exp !== "number") return differs("exp", "a time", exp);
  const issuedAt = typeof iat === "number" ? iat * 1000 : now - CLOCK_TOLERANCE_MS;
  if (exp * 1000 > issuedAt) return undefined;
  return { part: "exp", expected: "a time to come", found: timeText(exp) };
}

/** Issuers differ by a trailing slash between those who write them (Auth0's has one). */
const same = (found: unknown, expected: string): boolean => typeof found === "string" && isSameAddress(found, expected);

const differs = (part: string, expected: string, found: unknown): Mismatch => ({
  part,
  expected,
  found: found === undefined ? "nothing" : typeof found === "string" ? found : JSON.stringify(found),
});
