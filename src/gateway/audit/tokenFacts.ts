import { decodeJwt, decodeProtectedHeader } from "jose";
import { bearerToken } from "../../lib/bearer.ts";
import { escapeHtml } from "../../lib/escapeHtml.ts";

/** What AWS records of a token: enough to find it at the identity provider, and nothing that grants access. */
export interface TokenFacts {
  readonly headers: Readonly<Record<string, string>>;
  readonly claims: Readonly<Record<string, string | number | readonly string[]>>;
}

/**
 * The headers and claims of CloudTrail's data events, and the ones in which other providers name scopes and clients.
 */
const headers = ["kid", "alg"];
const claims = [
  ...["sub", "token_use", "scope", "scp", "auth_time", "iss", "exp", "iat", "version", "jti"],
  ...["client_id", "azp", "cid", "appid"],
];

/** A longer text adds nothing, and the author of a token must not determine the length of a line. */
const LONGEST = 1024;

/** @param authorization a header whose token was verified */
export function tokenFacts(authorization: string | null): TokenFacts | undefined {
  const token = bearerToken(authorization) ?? "";
  try {
    return {
      headers: pick(decodeProtectedHeader(token), headers) as Readonly<Record<string, string>>,
      claims: pick(decodeJwt(token), claims),
    };
  } catch {
    return undefined;
  }
}

function pick(from: object, names: readonly string[]): TokenFacts["claims"] {
  const values = names.map((name) => [name, plain((from as Record<string, unknown>)[name])] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as TokenFacts["claims"];
}

function plain(value: unknown): unknown {
  if (typeof value === "number") return value;
  if (typeof value === "string") return withoutEntities(value);
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return withoutEntities(value.join(" "));
  return undefined;
}

/** AWS escapes HTML too, for people who view a record in a browser. */
const withoutEntities = (text: string) => escapeHtml(text.slice(0, LONGEST));
