import { GatewayFailure } from "../../failures/failure.ts";
import type { AskedWorld } from "../../lib/askServer.ts";
import type { JsonObject } from "../../lib/json/jsonObject.ts";
import { MAX_IN_METADATA } from "../../lib/limits.ts";
import { isSecureUrl, parseUrl } from "../../lib/secureUrl.ts";
import { fetchMetadata } from "./fetchMetadata.ts";
import { issuerOfMetadata } from "./issuerOfMetadata.ts";
import { downAmong, type Unserved } from "./serverDown.ts";

/** What a gateway says about itself (RFC 9728, 2), checked. */
export interface ProtectedResource {
  readonly metadataUrl: string;
  /** The resource identifier, verbatim but for white space round it: it is sent as it stands (RFC 8707, 2). */
  readonly resource: string;
  readonly authorizationServers: readonly string[];
  readonly scopesSupported: readonly string[];
  /** What it says of tokens that are bound to a key (RFC 9449); undefined where it says nothing. */
  readonly proofs?: {
    /** The algorithms that proofs may be signed with, where it names them. */
    readonly algorithms?: readonly string[];
    /** No other token is taken. */
    readonly only: boolean;
  };
}

/** A gateway whose metadata is looked for. */
export interface RefusingGateway {
  /** The address that answered 401. */
  readonly gateway: URL;
  /** `resource_metadata` of the challenge. */
  readonly advertised?: string | undefined;
  /** A resource that the person configured for this gateway, accepted besides its own address. */
  readonly acceptedResource?: string | undefined;
}

/**
 * Finds the gateway's protected-resource metadata: where the challenge points, if that is safe to ask, else at the well-known
 * location with the path inserted, else at the root, where AgentCore serves it (RFC 9728, 3.1 and 5.1).
 *
 * @throws GatewayFailure `resource_metadata_missing`, whose cause is set where nothing answered at any place, or the gateway
 *   is down, `resource_mismatch` (also for a challenge that points to a foreign origin), `endpoint_insecure`, `tls_failed`,
 *   `answer_too_large`
 */
export async function findProtectedResource(
  { gateway, advertised, acceptedResource }: RefusingGateway,
  world: AskedWorld,
): Promise<ProtectedResource> {
  const tried: string[] = [];
  const unserved: Unserved[] = [];
  for (const location of locations(gateway, advertised, acceptedResource)) {
    tried.push(location.href);
    const document = await fetchMetadata(location, world, (one) => unserved.push(one));
    if (!document) continue;
    // One resource is one, in a list too.
    const named = strings([document.resource].flat());
    const resource = named.find((one) => one === acceptedResource || covers(one, gateway));
    if (resource === undefined) {
      throw new GatewayFailure("resource_mismatch", {
        metadataUrl: location.href,
        expected: gateway.href,
        found: named[0] || "nothing",
      });
    }
    return {
      metadataUrl: location.href,
      resource,
      authorizationServers: strings([document.authorization_servers].flat()).map(issuerOfMetadata),
      scopesSupported: strings(document.scopes_supported),
      ...proofsOf(document),
    };
  }
  if (advertised !== undefined && !isUsable(advertised)) {
    throw new GatewayFailure("endpoint_insecure", { name: "resource_metadata", url: advertised });
  }
  throw new GatewayFailure(
    "resource_metadata_missing",
    { url: gateway.href, tried },
    { cause: whyUnserved(gateway, unserved, tried.length) },
  );
}

/** Why a gateway may have metadata all the same, where it can. */
function whyUnserved(gateway: URL, unserved: readonly Unserved[], tried: number): unknown {
  const down = downAmong(unserved, tried);
  if (down) {
    const { url: asked, ...facts } = down;
    return new GatewayFailure("gateway_error", { url: gateway.href, asked, ...facts });
  }
  const last = unserved.at(-1);
  return last?.kind === "unanswered" && unserved.length === tried ? last.error : undefined;
}

/** A list that is empty takes no proof of any kind. */
function proofsOf(document: JsonObject): Pick<ProtectedResource, "proofs"> {
  const only = document.dpop_bound_access_tokens_required === true;
  const named = document.dpop_signing_alg_values_supported;
  if (!Array.isArray(named)) return only ? { proofs: { only } } : {};
  const algorithms = strings(named);
  return algorithms.length === 0 ? {} : { proofs: { algorithms, only } };
}

/** Behind a proxy that ends TLS a gateway may call itself by http, or leave its host out. */
function isUsable(advertised: string): boolean {
  const url = parseUrl(advertised);
  return url !== undefined && isSecureUrl(url);
}

function locations(gateway: URL, advertised: string | undefined, acceptedResource: string | undefined): URL[] {
  const wellKnown = "/.well-known/oauth-protected-resource";
  const path = gateway.pathname.replace(/\/$/, "");
  // The well-known part stands between the host and the path with its query (RFC 9728, 3.1).
  const inserted = new URL(`${wellKnown}${path}${gateway.search}`, gateway);
  const root = new URL(wellKnown, gateway);
  const own = inserted.href === root.href ? [root] : [inserted, root];
  if (advertised === undefined) return own;
  const url = parseUrl(advertised);
  // Where the gateway's own is, it is as good.
  if (!url || !isUsable(advertised)) return own;
  // A challenge may not send us anywhere but to the gateway itself: a foreign address would be a server-side request
  // forgery by whoever can write that header. Behind a custom domain AgentCore names its own host, which the person
  // has to have configured as the resource.
  const accepted = acceptedResource === undefined ? undefined : parseUrl(acceptedResource)?.origin;
  if (url.origin !== gateway.origin && url.origin !== accepted) {
    throw new GatewayFailure("resource_mismatch", {
      metadataUrl: gateway.href,
      expected: gateway.href,
      found: url.href,
    });
  }
  return [url, ...own.filter((other) => other.href !== url.href)];
}

/** Whether metadata for `resource` speaks for this gateway: the same origin, and the same path or one above it. */
function covers(resource: string, gateway: URL): boolean {
  const url = parseUrl(resource);
  if (!url || url.origin !== gateway.origin) return false;
  const withSlash = (path: string): string => (path.endsWith("/") ? path : `${path}/`);
  return withSlash(gateway.pathname).startsWith(withSlash(url.pathname));
}

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string" && item !== "").slice(0, MAX_IN_METADATA) : [];
