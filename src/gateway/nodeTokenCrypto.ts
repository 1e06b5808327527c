import crypto, {
  constants,
  createVerify,
  KeyObject,
  type VerifyKeyObjectInput,
  verify,
  type webcrypto,
} from "node:crypto";
import type { DecodedToken } from "../agentcore/authorizer/decodedToken.ts";
import type { TokenHash } from "../agentcore/authorizer/verifiedTokens.ts";

/** How OpenSSL verifies an algorithm, and which key WebCrypto has made for it (RFC 7518, 3.1; RFC 8037, 3.1). */
interface Verification {
  /** Absent where the algorithm hashes by itself. */
  readonly digest?: string;
  readonly key: { readonly name: string; readonly hash?: string; readonly namedCurve?: string };
  readonly options: Omit<VerifyKeyObjectInput, "key">;
}

const rsa = (bits: number): Verification => ({
  digest: `sha${bits}`,
  key: { name: "RSASSA-PKCS1-v1_5", hash: `SHA-${bits}` },
  options: { padding: constants.RSA_PKCS1_PADDING },
});

/** The salt is as long as the hash (RFC 7518, 3.5). By itself OpenSSL takes one of any length. */
const pss = (bits: number): Verification => ({
  digest: `sha${bits}`,
  key: { name: "RSA-PSS", hash: `SHA-${bits}` },
  options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 },
});

/** Two numbers of the curve's length, one after the other, and not in DER (RFC 7518, 3.4). */
const ecdsa = (bits: number, namedCurve: string): Verification => ({
  digest: `sha${bits}`,
  key: { name: "ECDSA", namedCurve },
  options: { dsaEncoding: "ieee-p1363" },
});

const ed25519: Verification = { key: { name: "Ed25519" }, options: {} };

const verifications: ReadonlyMap<unknown, Verification> = new Map([
  ["RS256", rsa(256)],
  ["RS384", rsa(384)],
  ["RS512", rsa(512)],
  ["PS256", pss(256)],
  ["PS384", pss(384)],
  ["PS512", pss(512)],
  ["ES256", ecdsa(256, "P-256")],
  ["ES384", ecdsa(384, "P-384")],
  ["ES512", ecdsa(512, "P-521")],
  ["EdDSA", ed25519],
  ["Ed25519", ed25519],
]);

/** RFC 7518, 3.3 and 3.5. */
const SHORTEST_RSA_KEY = 2048;

/** Node's own form of a key, which goes with the key set that the key is from. */
const prepared = new WeakMap<CryptoKey, VerifyKeyObjectInput>();

/**
 * Verifies in this thread, with OpenSSL. WebCrypto hands each signature to another thread, and the way there and back
 * takes longer than the work.
 */
export function nodeSignatureCheck({ header, text, parts }: DecodedToken, key: CryptoKey): boolean {
  const verification = verifications.get(header.alg);
  const signature = parts[2];
  // Whole groups of base64 never leave a single letter, which Node would drop and others refuse.
  if (verification === undefined || !fits(key, verification) || signature.length % 4 === 1) return false;
  const signed = text.slice(0, -signature.length - 1);
  try {
    const how = prepared.get(key) ?? prepare(key, verification);
    if (verification.digest === undefined)
      return verify(null, Buffer.from(signed), how, Buffer.from(signature, "base64url"));
    return createVerify(verification.digest).update(signed, "latin1").verify(how, signature, "base64url");
  } catch {
    return false;
  }
}

/** A key is used with the algorithm it was read for, and no other (RFC 8725, 3.1 and 3.2). */
function fits(key: CryptoKey, { key: wanted }: Verification): boolean {
  const { name, hash, namedCurve, modulusLength } = key.algorithm as Partial<RsaHashedKeyAlgorithm & EcKeyAlgorithm>;
  return (
    key.type === "public" &&
    key.usages.includes("verify") &&
    name === wanted.name &&
    hash?.name === wanted.hash &&
    namedCurve === wanted.namedCurve &&
    (wanted.hash === undefined || (modulusLength ?? 0) >= SHORTEST_RSA_KEY)
  );
}

function prepare(key: CryptoKey, { options }: Verification): VerifyKeyObjectInput {
  const made = { key: KeyObject.from(key as webcrypto.CryptoKey), ...options };
  prepared.set(key, made);
  return made;
}

/** SHA-256, by the function that Node 20.12 brought for it, where it is there: it takes half as long. */
export const nodeTokenHash: TokenHash =
  typeof crypto.hash === "function"
    ? (token) => crypto.hash("sha256", token, "base64url")
    : (token) => crypto.createHash("sha256").update(token).digest("base64url");
