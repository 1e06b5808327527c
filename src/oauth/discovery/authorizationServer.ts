import type { AuthorizationServer } from "oauth4webapi";
import { GatewayFailure } from "../../failures/failure.ts";
import type { AskedWorld } from "../../lib/askServer.ts";
import { isLoopback, isSecureUrl, parseUrl } from "../../lib/secureUrl.ts";
import { isOfManyTenants } from "../identityProviders/entraTenants.ts";
import { endpoints, keptMetadata } from "./keptMetadata.ts";
import { fetchJson } from "./protectedResource.ts";

export type { AuthorizationServer } from "oauth4webapi";

/**
 * The metadata of an issuer: RFC 8414 with the path inserted, then OpenID Connect discovery with the path inserted and
 * appended, the order the MCP specification gives (2026-07-28, authorization server discovery). Cognito and Entra
 * serve only the last.
 *
 * The document must name the issuer that was asked for (RFC 8414, 3.3); a trailing slash alone is tolerated, since
 * gateways and Auth0 disagree on it. Every endpoint must be safe to send a person or a token to, or it is not used. Only members that are
 * used are returned.
 *
 * @param speaksFor which other issuers the document may name
 * @throws GatewayFailure `authorization_server_unreachable`, `issuer_mismatch`, `endpoint_insecure`,
 *   `endpoint_missing`, `pkce_unsupported`, `tls_failed`, `answer_too_large`
 */
export async function findAuthorizationServer(
  issuer: string,
  world: AskedWorld,
  speaksFor: (found: string) => boolean = (found) => withoutSlash(found) === withoutSlash(issuer),
): Promise<AuthorizationServer> {
  const url = parseUrl(issuer);
  if (!url || !isSafe(url)) throw new GatewayFailure("endpoint_insecure", { name: "issuer", url: issuer });
  const tried: string[] = [];
  let mismatch: GatewayFailure | undefined;
  for (const location of metadataLocations(url)) {
    tried.push(location.href);
    const document = await fetchJson(location, world);
    if (!document) continue;
    const found = typeof document.issuer === "string" ? document.issuer : "nothing";
    if (speaksFor(found)) return checked(keptMetadata(document));
    if (isOfManyTenants(issuer, found)) return checked({ ...keptMetadata(document), issuer });
    mismatch ??= new GatewayFailure("issuer_mismatch", { metadataUrl: location.href, expected: issuer, found });
  }
  throw mismatch ?? new GatewayFailure("authorization_server_unreachable", { issuer, tried });
}

/** Where an issuer's metadata may be, in the order in which it is looked for. */
export function metadataLocations(issuer: URL): URL[] {
  const path = issuer.pathname.replace(/\/$/, "");
  // Assigned, not resolved: a path that starts with two slashes would be resolved as another host.
  const at = (pathname: string): URL => Object.assign(new URL(issuer.origin), { pathname });
  const inserted = [
    at(`/.well-known/oauth-authorization-server${path}`),
    at(`/.well-known/openid-configuration${path}`),
  ];
  return path ? [...inserted, at(`${path}/.well-known/openid-configuration`)] : inserted;
}

/** What no sign-in can do without (RFC 6749, 4.1). */
const needed: readonly string[] = ["authorization_endpoint", "token_endpoint"];

/**
 * The metadata with the endpoints that can be used. One that not every sign-in needs is dropped where it is none, or not
 * safe: it is as if it were not offered.
 */
function checked(metadata: AuthorizationServer): AuthorizationServer {
  const { issuer } = metadata;
  const isLocal = isLoopback(new URL(issuer).hostname);
  const dropped = new Set<string>();
  for (const name of endpoints) {
    const value: unknown = metadata[name] ?? "";
    const url = typeof value === "string" ? parseUrl(value) : undefined;
    // Only an identity provider on this machine may point at this machine without https.
    if (url && isSafe(url) && (url.protocol === "https:" || isLocal)) continue;
    if (!needed.includes(name)) dropped.add(name);
    else if (value === "") throw new GatewayFailure("endpoint_missing", { issuer, name });
    else throw new GatewayFailure("endpoint_insecure", { name, url: String(value) });
  }
  // Cognito and Entra leave the list out though they do support S256; a list without S256 is a plain no.
  const methods = metadata.code_challenge_methods_supported;
  if (methods !== undefined && !methods.includes("S256")) {
    throw new GatewayFailure("pkce_unsupported", { issuer, found: methods });
  }
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !dropped.has(name))) as AuthorizationServer;
}

/** A name before the host would let `https://login.example.com@evil.example` pass for another's address. */
const isSafe = (url: URL): boolean => isSecureUrl(url) && !url.username && !url.password;

const withoutSlash = (issuer: string): string => issuer.replace(/\/$/, "");
