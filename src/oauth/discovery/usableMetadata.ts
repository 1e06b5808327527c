import type { AuthorizationServer } from "oauth4webapi";
import { type AnyFailure, GatewayFailure } from "../../failures/failure.ts";
import { isLoopback, isSecureUrl, parseUrl } from "../../lib/secureUrl.ts";
import { endpoints } from "./keptMetadata.ts";
import { type MayAskPrivate, placeFault } from "./namedPlace.ts";

/** What no sign-in can do without: a page for people only where a grant uses it (RFC 6749, 4.1; RFC 8414, 2). */
const needed = ({ grant_types_supported: grants }: AuthorizationServer): readonly string[] =>
  grants === undefined || grants.includes("authorization_code")
    ? ["authorization_endpoint", "token_endpoint"]
    : ["token_endpoint"];

/**
 * The metadata with the endpoints that can be used. One that not every sign-in needs is dropped where it is none, not safe, or
 * in a place that this issuer may not name: it is as if it were not offered.
 *
 * @throws GatewayFailure `endpoint_insecure`, `endpoint_missing`, `named_place_refused`, `private_issuer_unconfirmed`,
 *   `pkce_unsupported`
 */
export async function usableMetadata(
  metadata: AuthorizationServer,
  agree: MayAskPrivate,
): Promise<AuthorizationServer> {
  const { issuer } = metadata;
  const dropped = new Set<string>();
  for (const name of endpoints) {
    const fault = await endpointFault(issuer, { name, value: metadata[name] ?? "" }, agree);
    if (!fault) continue;
    if (needed(metadata).includes(name)) throw fault;
    dropped.add(name);
  }
  // Cognito and Entra leave the list out though they do support S256; a list without S256 is a plain no.
  const methods = metadata.code_challenge_methods_supported;
  if (methods !== undefined && !methods.includes("S256")) {
    throw new GatewayFailure("pkce_unsupported", { issuer, found: methods });
  }
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !dropped.has(name))) as AuthorizationServer;
}

async function endpointFault(
  issuer: string,
  { name, value }: { readonly name: string; readonly value: unknown },
  agree: MayAskPrivate,
): Promise<AnyFailure | undefined> {
  if (value === "") return new GatewayFailure("endpoint_missing", { issuer, name }) as AnyFailure;
  const namedBy = new URL(issuer);
  const url = typeof value === "string" ? parseUrl(value) : undefined;
  // Only an identity provider on this machine may point at this machine without https.
  if (url && isSafeEndpoint(url) && (url.protocol === "https:" || isLoopback(namedBy.hostname))) {
    return await placeFault({ namedBy, name, url, issuer }, agree);
  }
  return new GatewayFailure("endpoint_insecure", { name, url: String(value) }) as AnyFailure;
}

/** A name before the host would let `https://login.example.com@evil.example` pass for another's address. */
export const isSafeEndpoint = (url: URL): boolean => isSecureUrl(url) && !url.username && !url.password;
