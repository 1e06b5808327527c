import { isSameAddress } from "../../lib/sameAddress.ts";
import { parseUrl } from "../../lib/secureUrl.ts";
import type { AuthorizationServer } from "../../oauth/discovery/authorizationServer.ts";
import { endpoints } from "../../oauth/discovery/keptMetadata.ts";
import type { PrivateIssuer } from "../../oauth/discovery/namedPlace.ts";
import type { Connection } from "../connection.ts";

/**
 * Whether a gateway is connected already that signs in at this issuer, at this host: whoever connected it has agreed to that. So
 * an agreement is remembered for each issuer, as long as something here depends on it, and nothing has to be kept for it.
 */
export const isKnownPlace = (all: readonly Connection[], asked: PrivateIssuer): boolean =>
  all.some(({ authorization }) => authorization.kind === "oauth" && isPlaceOf(authorization.server, asked));

/** Whether an issuer, as its metadata was when somebody signed in there, has this host. */
export function isPlaceOf(server: AuthorizationServer, { issuer, url }: PrivateIssuer): boolean {
  if (!isSameAddress(server.issuer, issuer)) return false;
  const hostOf = (address: string | undefined) => (address === undefined ? undefined : parseUrl(address)?.host);
  return ["issuer" as const, ...endpoints].some((name) => hostOf(server[name]) === hostOf(url));
}
