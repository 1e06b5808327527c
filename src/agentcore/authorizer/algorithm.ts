import type { Finding } from "./finding.ts";

/**
 * Signatures made with a private key. Neither `none` nor an HMAC is among them: what is published to check a
 * signature must not be enough to make one (RFC 8725, 3.1 and 2.1).
 */
export const allowedAlgorithms: readonly string[] = [
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

/** Is the token signed with a private key? */
export function algorithm(header: Readonly<Record<string, unknown>>): Finding {
  const ok = typeof header.alg === "string" && allowedAlgorithms.includes(header.alg);
  return { rule: "algorithm", claim: "alg", expected: allowedAlgorithms, found: header.alg, ok };
}
