/** How every discovery URL of an authorizer ends (OpenID Connect Discovery, 4). */
export const DISCOVERY_SUFFIX = "/.well-known/openid-configuration";

/** The issuer that a discovery URL implies; undefined for an address that is none. */
export const issuerOfDiscovery = (discoveryUrl: string): string | undefined =>
  discoveryUrl.endsWith(DISCOVERY_SUFFIX) ? discoveryUrl.slice(0, -DISCOVERY_SUFFIX.length) : undefined;
