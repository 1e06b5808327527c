/**
 * The private key by which a sign-in shows that its tokens are its own (RFC 9449), as a JSON Web Key for P-256 (RFC 7518,
 * 6.2). It is kept with the tokens of the sign-in, and goes with them.
 */
export interface ProofKey {
  readonly kty: "EC";
  readonly crv: "P-256";
  readonly x: string;
  readonly y: string;
  readonly d: string;
}
