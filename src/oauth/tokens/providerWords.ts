import { quotedText, reasonIn } from "../../lib/quotedText.ts";

/** What each request told its server in confidence, by the answer that came. */
const told = new WeakMap<Response, readonly string[]>();

/** Parameters that anybody may know. */
const publicNames: ReadonlySet<string> = new Set([
  ...["client_id", "grant_type", "redirect_uri", "resource", "scope", "audience", "token_type_hint"],
  ...["client_assertion_type", "subject_token_type", "requested_token_type"],
]);

/** No secret is this short, and no sentence is without a word that is. */
const SHORTEST_SECRET = 6;

/** Keeps in mind what a request told its server, so that an answer which repeats it is not quoted. */
export function rememberTold(response: Response, { body, headers }: RequestInit): Response {
  const form = body instanceof URLSearchParams || typeof body === "string" ? [...new URLSearchParams(body)] : [];
  const authorization = new Headers(headers).get("authorization") ?? "";
  told.set(response, [
    ...form.flatMap(([name, value]) => (publicNames.has(name) ? [] : [value])),
    ...credentialsIn(authorization),
  ]);
  return response;
}

/**
 * Why a provider refused, in its own words, where it answered us directly: no attacker writes there, as one may in a redirect
 * (RFC 6749, 4.1.2.1). A description that repeats what the request told is not quoted at all: whoever repeats one secret may
 * repeat others.
 */
export function providerWords(response: Response, description: string | null | undefined): { readonly words?: string } {
  if (!description) return {};
  const secrets = (told.get(response) ?? []).filter((secret) => secret.length >= SHORTEST_SECRET);
  if (secrets.some((secret) => description.includes(secret))) return {};
  const words = quotedText(description);
  return words === undefined ? {} : { words };
}

/**
 * The same of a whole body, which may be that of a proxy, a firewall or a gateway in front of the provider.
 *
 * @param body of that answer
 * @param code the error of OAuth in it, which is told anyway
 */
export function bodyWords(response: Response, body: string, code?: string): { readonly words?: string } {
  // A text that comes with success may be what was asked for.
  if (response.ok && !body.trimStart().startsWith("{")) return {};
  const reason = reasonIn(body);
  return reason === code ? {} : providerWords(response, reason);
}

/** The client's ID and secret in a Basic header (RFC 6749, 2.3.1), of which the secret is one. */
function credentialsIn(authorization: string): readonly string[] {
  const [, encoded] = /^Basic (.+)$/i.exec(authorization) ?? [];
  if (encoded === undefined) return [];
  const secret = atob(encoded).split(":").slice(1).join(":");
  try {
    return [secret, decodeURIComponent(secret)];
  } catch {
    return [secret];
  }
}
