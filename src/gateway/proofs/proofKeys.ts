import { importJWK } from "jose";
import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";
import { nodeTokenHash } from "../nodeTokenCrypto.ts";

/** What stands in a private key, or is one by itself (RFC 7518, 6.2.2, 6.3.2 and 6.4). */
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/** The members that make a public key of each kind, in the order of RFC 7638, 3.2. */
const publicMembers: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["EC", ["crv", "kty", "x", "y"]],
  ["RSA", ["e", "kty", "n"]],
  ["OKP", ["crv", "kty", "x"]],
]);

/** The public key of a proof. */
export interface PublicProofKey {
  readonly key: CryptoKey;
  /** Its thumbprint (RFC 7638), which a token names that is bound to it (RFC 9449, 6.1). */
  readonly thumbprint: string;
}

/** The key in the header of a proof; undefined where it is none, is private, or is of another algorithm. */
export async function proofKeyOf(jwk: unknown, algorithm: string): Promise<PublicProofKey | undefined> {
  if (!isJsonObject(jwk) || PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name))) return undefined;
  const members = publicJwk(jwk);
  if (!members) return undefined;
  try {
    const key = (await importJWK({ ...members }, algorithm)) as CryptoKey;
    return { key, thumbprint: nodeTokenHash(JSON.stringify(members)) };
  } catch {
    return undefined;
  }
}

/** Nothing but what makes the key: what else stands beside it neither counts nor is kept. */
function publicJwk(jwk: JsonObject): Readonly<Record<string, string>> | undefined {
  const names = publicMembers.get(jwk.kty);
  if (!names?.every((name) => typeof jwk[name] === "string")) return undefined;
  return Object.fromEntries(names.map((name) => [name, jwk[name] as string]));
}
