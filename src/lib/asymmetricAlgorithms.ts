/**
 * The JWS algorithms that sign with a private key (RFC 7518, 3.1; RFC 8037; RFC 9864). Neither `none` nor an HMAC is
 * among them: what an issuer publishes to check a signature must not be enough to make one (RFC 8725, 2.1 and 3.1).
 */
export const asymmetricAlgorithms: readonly string[] = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
