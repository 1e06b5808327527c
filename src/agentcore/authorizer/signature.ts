import { compactVerify, errors, type JWTHeaderParameters } from "jose";
import { asymmetricAlgorithms } from "../../lib/asymmetricAlgorithms.ts";
import type { DecodedToken } from "./decodedToken.ts";
import type { Finding } from "./finding.ts";
import type { KeySet, SigningKeys } from "./signingKeys.ts";
import type { TokenHash } from "./verifiedTokens.ts";

/** Is the token signed with a private key, as far as its header says? */
export function algorithm(header: Readonly<Record<string, unknown>>): Finding {
  const ok = typeof header.alg === "string" && asymmetricAlgorithms.includes(header.alg);
  return { rule: "algorithm", claim: "alg", expected: asymmetricAlgorithms, found: header.alg, ok };
}

/**
 * Verifies the signature of a token with a key. It refuses a key that does not fit the token's algorithm or is too
 * short for it, and every algorithm but the asymmetric ones.
 */
export type SignatureCheck = (token: DecodedToken, key: CryptoKey) => boolean | Promise<boolean>;

export interface SignatureWorld {
  readonly keys: SigningKeys;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Hashes a token, so that a verified one is recognised until it expires or the keys change. Absent: no caching. */
  readonly hash?: TokenHash | undefined;
  /** A faster way to verify than WebCrypto, where the runtime has one. */
  readonly check?: SignatureCheck | undefined;
}

/** The finding, and the key set that it rests on. */
export interface Proof {
  readonly finding: Finding;
  readonly keySet: KeySet;
}

/** A read that was already under way may be older than the token's key; the read after it cannot be. */
const MOST_READS = 2;

/**
 * Is the token signed by its issuer?
 *
 * Only the keys of the discovery document count. The header parameters that name keys (`jku`, `x5u`) or contain them
 * (`jwk`, `x5c`) are ignored, since a forger writes the header too (RFC 8725, 3.10).
 *
 * @throws KeysUnavailable
 */
export async function signature(token: DecodedToken, world: SignatureWorld): Promise<Proof> {
  let keySet = await world.keys.current();
  let found = await verified(token, keySet, world);
  // New keys of this issuer cannot help a token of another issuer, or one whose key id is no string (RFC 7515, 4.1.4).
  // A token without a key id may be signed with a new key when none of the known ones fits.
  const mayUseNewKey = token.claims.iss === keySet.issuer && ["string", "undefined"].includes(typeof token.header.kid);
  for (let reads = 0; found === "unknownKey" && mayUseNewKey && reads < MOST_READS; reads++) {
    const newer = await world.keys.newerThan(keySet, soughtBy(token));
    if (newer === undefined) break;
    keySet = newer;
    found = await verified(token, keySet, world);
  }
  const { kid } = token.header;
  if (found === "bad" && mayUseNewKey) {
    const changed = await world.keys.changedSince(keySet);
    if (changed !== undefined) {
      keySet = changed;
      found = await verified(token, keySet, world);
    }
  }
  const isKeyMissing = found === "unknownKey" && kid !== undefined;
  const expected = isKeyMissing ? "the id of a key of the issuer" : "a signature by a key of the issuer";
  return { finding: { rule: "signature", claim: "kid", expected, found: kid, ok: found === "good" }, keySet };
}

/** What identifies the missing key: its id, or else the signature it made. */
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

/** Any key of the right kind may have signed a token without a key id. */
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
