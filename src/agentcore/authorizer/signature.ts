import { compactVerify, errors, type JWTHeaderParameters } from "jose";
import { asymmetricAlgorithms } from "../../lib/asymmetricAlgorithms.ts";
import type { DecodedToken } from "./decodedToken.ts";
import type { Finding } from "./finding.ts";
import type { KeySet, SigningKeys } from "./signingKeys.ts";
import type { TokenHash } from "./verifiedTokens.ts";

/** Is the token signed with a private key? */
export function algorithm(header: Readonly<Record<string, unknown>>): Finding {
  const ok = typeof header.alg === "string" && asymmetricAlgorithms.includes(header.alg);
  return { rule: "algorithm", claim: "alg", expected: asymmetricAlgorithms, found: header.alg, ok };
}

/**
 * Whether a key made the signature of a token. It refuses a key that is not for the token's algorithm, or too short for
 * it, and has a way of its own for no algorithm but those that are allowed.
 */
export type SignatureCheck = (token: DecodedToken, key: CryptoKey) => boolean | Promise<boolean>;

export interface SignatureWorld {
  readonly keys: SigningKeys;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Lets a token that was verified be known again until it expires or the keys change. Absent: each is verified. */
  readonly hash?: TokenHash | undefined;
  /** A faster way to verify than WebCrypto, where the runtime has one. */
  readonly check?: SignatureCheck | undefined;
}

/** What was found, and the key set that it was found with. */
export interface Proof {
  readonly finding: Finding;
  readonly keySet: KeySet;
}

/** A read that others had begun may be older than the token's key; the next one is not. */
const MOST_READS = 2;

/**
 * Is the token signed by its issuer?
 *
 * Only the key set of the discovery document is asked. What a header says about where keys are (`jku`, `x5u`) or what
 * they are (`jwk`, `x5c`) is not read: whoever forges a token writes its header (RFC 8725, 3.10).
 *
 * @throws KeysUnavailable
 */
export async function signature(token: DecodedToken, world: SignatureWorld): Promise<Proof> {
  let keySet = await world.keys.current();
  let found = await verified(token, keySet, world);
  // Who names another issuer, or a key id that is none (RFC 7515, 4.1.4), does not need another key of this one. Who
  // names no key at all may be signed with a new one, as long as no key that is known fits.
  const isFromHere = token.claims.iss === keySet.issuer && ["string", "undefined"].includes(typeof token.header.kid);
  for (let reads = 0; found === "unknownKey" && isFromHere && reads < MOST_READS; reads++) {
    const newer = await world.keys.newerThan(keySet, soughtBy(token));
    if (newer === undefined) break;
    keySet = newer;
    found = await verified(token, keySet, world);
  }
  const { kid } = token.header;
  const isKeyMissing = found === "unknownKey" && kid !== undefined;
  const expected = isKeyMissing ? "the id of a key of the issuer" : "a signature by a key of the issuer";
  return { finding: { rule: "signature", claim: "kid", expected, found: kid, ok: found === "good" }, keySet };
}

/** What tells the key of a token from others: its id, or what it signed. */
function soughtBy({ header, parts }: DecodedToken): string {
  return header.kid === undefined ? `for ${parts[2]}` : `kid ${header.kid}`;
}

type Found = "good" | "bad" | "unknownKey";

async function verified(
  token: DecodedToken,
  keySet: KeySet,
  { hash, now, check = withWebCrypto }: SignatureWorld,
): Promise<Found> {
  const id = hash?.(token.text);
  if (id !== undefined && keySet.verified.has(id, now() / 1000)) return "good";
  let good: boolean;
  try {
    const [header, payload, signature] = token.parts;
    const key = await keySet.find(token.header as JWTHeaderParameters, { protected: header, payload, signature });
    good = await check(token, key as CryptoKey);
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return "unknownKey";
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) return "bad";
    good = await signedByOneOf(error, token, check);
  }
  if (!good) return token.header.kid === undefined ? "unknownKey" : "bad";
  const { exp } = token.claims;
  if (id !== undefined && typeof exp === "number" && exp > now() / 1000) keySet.verified.remember(id, exp);
  return "good";
}

/** A token without a key id may be from any of the keys of its kind. */
async function signedByOneOf(
  keys: AsyncIterable<CryptoKey>,
  token: DecodedToken,
  check: SignatureCheck,
): Promise<boolean> {
  for await (const key of keys) if (await check(token, key)) return true;
  return false;
}

async function withWebCrypto({ text }: DecodedToken, key: CryptoKey): Promise<boolean> {
  try {
    await compactVerify(text, key, { algorithms: [...asymmetricAlgorithms] });
    return true;
  } catch {
    return false;
  }
}
