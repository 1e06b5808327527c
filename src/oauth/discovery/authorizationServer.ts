import type { AuthorizationServer } from "oauth4webapi";
import { GatewayFailure } from "../../failures/failure.ts";
import type { AskedWorld } from "../../lib/askServer.ts";
import { isSameAddress } from "../../lib/sameAddress.ts";
import { parseUrl } from "../../lib/secureUrl.ts";
import { isExternalIdTenant, isOtherNameOf } from "../identityProviders/otherName.ts";
import { fetchMetadata } from "./fetchMetadata.ts";
import { issuerOfMetadata } from "./issuerOfMetadata.ts";
import { keptMetadata } from "./keptMetadata.ts";
import { type MayAskPrivate, placeFault } from "./namedPlace.ts";
import { downAmong, type Unserved } from "./serverDown.ts";
import { isSafeEndpoint, usableMetadata } from "./usableMetadata.ts";

export type { AuthorizationServer } from "oauth4webapi";

/**
 * The metadata of an issuer: RFC 8414 with the path inserted, then OpenID Connect discovery with the path inserted and
 * appended, the order the MCP specification gives (2026-07-28, authorization server discovery). Cognito and Entra
 * serve only the last. Where it is at none of them it is looked for at the place of RFC 8414 with the path before it, as servers
 * were seen to have it.
 *
 * The document must name the issuer that was asked for (RFC 8414, 3.3); a trailing slash alone is tolerated, since
 * gateways and Auth0 disagree on it, white space round it, and what `isOtherNameOf` knows. Every endpoint must be safe to send a person or a token to, or it is not used. Only members that are
 * used are returned.
 *
 * Nothing is asked at a place that whoever named it may not name, see `reachOf`.
 *
 * @param named the issuer, or its metadata in its place
 * @throws GatewayFailure `authorization_server_unreachable`, `authorization_server_down`, `issuer_mismatch`, `endpoint_insecure`, `named_place_refused`,
 *   `private_issuer_unconfirmed`, `endpoint_missing`, `pkce_unsupported`, `tls_failed`, `answer_too_large`
 */
export const findAuthorizationServer: typeof serverOf = (named, ...how) => serverOf(issuerOfMetadata(named), ...how);

async function serverOf(
  issuer: string,
  world: AskedWorld,
  { speaksFor = (found) => isSameAddress(found, issuer), namedBy, mayAskPrivate }: NamedIssuer = {},
): Promise<AuthorizationServer> {
  const url = parseUrl(issuer);
  if (!url || !isSafeEndpoint(url)) throw new GatewayFailure("endpoint_insecure", { name: "issuer", url: issuer });
  const agree = mayAskPrivate ?? (async () => namedBy === undefined);
  const fault = namedBy && (await placeFault({ namedBy, name: "issuer", url, issuer }, agree));
  if (fault) throw fault;
  const tried: string[] = [];
  const unserved: Unserved[] = [];
  let mismatch: GatewayFailure | undefined;
  for (const location of metadataLocations(url)) {
    // No specification has the last one: it shows nothing of a server that does not answer or is down.
    const isSilent = unserved.length === tried.length || downAmong(unserved, tried.length) !== undefined;
    if (tried.length === PLACES_SPECIFIED && isSilent) break;
    tried.push(location.href);
    const document = await fetchMetadata(location, world, (one) => unserved.push(one));
    if (!document) continue;
    const found = typeof document.issuer === "string" ? document.issuer : "nothing";
    const kept = keptMetadata(document);
    if (speaksFor(found)) return await usableMetadata(kept, agree);
    if (isOtherNameOf(issuer, found)) return await usableMetadata({ ...kept, issuer }, agree);
    mismatch ??= new GatewayFailure("issuer_mismatch", {
      ...{ metadataUrl: location.href, expected: issuer, found },
      ...(isExternalIdTenant(issuer, found) && { externalId: true }),
    });
  }
  const down = downAmong(unserved, tried.length);
  if (mismatch || !down) throw mismatch ?? new GatewayFailure("authorization_server_unreachable", { issuer, tried });
  throw new GatewayFailure("authorization_server_down", { issuer, ...down });
}

/** So many places does the MCP specification have for an issuer with a path. */
const PLACES_SPECIFIED = 3;

/** How an issuer became known. */
export interface NamedIssuer {
  /** Which other issuers its document may name. */
  readonly speaksFor?: (found: string) => boolean;
  /** The gateway that names it. Absent where somebody here did: they may name what they like. */
  readonly namedBy?: URL | undefined;
  /**
   * Asked where it is in a private network and `namedBy` is not, or one of its endpoints is and it is not itself. Where nobody can
   * be asked, what a gateway names is refused, and what somebody here names is not.
   */
  readonly mayAskPrivate?: MayAskPrivate | undefined;
}

/** Where an issuer's metadata may be, in the order in which it is looked for: with the query of the issuer, if it has one. */
export function metadataLocations(issuer: URL): URL[] {
  const path = issuer.pathname.replace(/\/$/, "");
  // Assigned, not resolved: a path that starts with two slashes would be resolved as another host.
  const at = (pathname: string): URL => Object.assign(new URL(issuer.origin), { pathname, search: issuer.search });
  const inserted = [
    at(`/.well-known/oauth-authorization-server${path}`),
    at(`/.well-known/openid-configuration${path}`),
  ];
  const appended = ["openid-configuration", "oauth-authorization-server"].map((name) =>
    at(`${path}/.well-known/${name}`),
  );
  return path ? [...inserted, ...appended] : inserted;
}
