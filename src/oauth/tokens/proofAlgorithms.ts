/**
 * The private key by which a sign-in shows that its tokens are its own (RFC 9449), as a JSON Web Key (RFC 7517). It is kept with
 * the tokens of the sign-in, and goes with them. Which members it has is its algorithm's to say.
 */
export interface ProofKey {
  readonly kty: string;
  readonly [member: string]: string;
}

/** What proofs of possession are signed with (RFC 9449, 4.2), and the keys that are made for it. */
export interface ProofAlgorithm {
  /** As JWS calls it (RFC 7518, 3.1). */
  readonly name: string;
  /** What each of its keys has, and no other kind of key: type and curve, or type and `alg` (RFC 7518, 6). */
  readonly kind: ProofKey;
  /** The members of a public key. Others that stand there are of no account. */
  readonly members: readonly string[];
  /** Those that a private one has beside them. */
  readonly secrets: readonly string[];
  /** How Web Crypto is told of its keys and signatures. */
  readonly parameters: Algorithm & Partial<EcKeyGenParams & EcdsaParams & RsaHashedKeyGenParams & RsaPssParams>;
}

/**
 * All that proofs can be signed with here, the one that is taken first in front. A further one is a row: what a gateway and an
 * authorization server offer is compared with these, and keys are made, kept, shared and used by them.
 */
export const proofAlgorithms: readonly ProofAlgorithm[] = [
  // What nearly everybody takes who takes any.
  {
    name: "ES256",
    kind: { kty: "EC", crv: "P-256" },
    members: ["kty", "crv", "x", "y"],
    secrets: ["d"],
    parameters: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  },
];

/** Those of ours that every one of some lists has, by their names. */
export const algorithmsIn = (lists: readonly (readonly string[])[]): readonly string[] =>
  proofAlgorithms.map(({ name }) => name).filter((name) => lists.every((list) => list.includes(name)));

/** What a key signs with; undefined for one that is of no algorithm of ours. */
export const algorithmOf = (key: ProofKey): ProofAlgorithm | undefined =>
  proofAlgorithms.find(({ kind }) => Object.entries(kind).every(([member, value]) => key[member] === value));

/**
 * Whether the key of a sign-in, or that it has none, is what somebody wants.
 *
 * @param wanted the names of algorithms; none where tokens are wanted that any bearer can use
 */
export const isKeyFor = (key: ProofKey | undefined, wanted: readonly string[]): boolean =>
  key ? wanted.some((name) => name === algorithmOf(key)?.name) : wanted.length === 0;
