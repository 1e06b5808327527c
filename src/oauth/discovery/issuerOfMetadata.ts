/**
 * The issuer that somebody means who names its metadata in its place, as gateways were seen to do and people do in settings: without
 * the well-known part, which stands behind the path (OpenID Connect Discovery, 4) or before it (RFC 8414, 3.1). What is found there
 * still has to say that it is this issuer (RFC 8414, 3.3). A query stays, since whoever asks without it may get another's.
 *
 * @returns any other address as it is
 */
export const issuerOfMetadata = (named: string): string =>
  named.replace(/\/\.well-known\/(openid-configuration|oauth-authorization-server)(?=[/?]|$)/, "");
