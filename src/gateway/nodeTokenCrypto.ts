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

/** How OpenSSL verifies an algorithm, and the WebCrypto key that belongs to it (RFC 7518, 3.1; RFC 8037, 3.1). */
interface Verification {
  /** Absent for an algorithm that hashes by itself. */
  readonly digest?: string;
  readonly key: { readonly name: string; readonly hash?: string; readonly namedCurve?: string };
  readonly options: Omit<VerifyKeyObjectInput, "key">;
}

const rsa = (bits: number): Verification => ({
  digest: `sha${bits}`,
  key: { name: "RSASSA-PKCS1-v1_5", hash: `SHA-${bits}` },
  options: { padding: constants.RSA_PKCS1_PADDING },
});

/** The salt has to be as long as the hash (RFC 7518, 3.5). By default OpenSSL accepts any length. */
const pss = (bits: number): Verification => ({
  digest: `sha${bits}`,
  key: { name: "RSA-PSS", hash: `SHA-${bits}` },
  options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 },
});

/** The signature is two numbers of the curve's length, concatenated and not in DER (RFC 7518, 3.4). */
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

/** In bits (RFC 7518, 3.3 and 3.5). */
const SHORTEST_RSA_KEY = 2048;

/** Node's form of each key, which is garbage collected together with the key set. */
const prepared = new WeakMap<CryptoKey, VerifyKeyObjectInput>();

/**
 * Verifies in this thread, with OpenSSL. WebCrypto passes each signature to another thread, which takes longer than the
 * verification itself.
 */
export function nodeSignatureCheck({ header, text, parts }: DecodedToken, key: CryptoKey): boolean {
  const verification = verifications.get(header.alg);
  const signature = parts[2];
  // Base64 never leaves a single character in its last group. Node would drop it where other decoders refuse it.
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

/** Whether a key belongs to the algorithm. It may be used with no other (RFC 8725, 3.1 and 3.2). */
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

/** SHA-256, with `crypto.hash` where Node has it (from 20.12), since it takes half as long. */
export const tokenHashWith = ({
  hash,
  createHash,
}: Pick<typeof crypto, "createHash"> & Partial<Pick<typeof crypto, "hash">>): TokenHash =>
  hash
    ? (token) => hash("sha256", token, "base64url")
    : (token) => createHash("sha256").update(token).digest("base64url");

export const nodeTokenHash = tokenHashWith(crypto);
