import { compactVerify, errors } from "jose";
import { allowedAlgorithms } from "./algorithm.ts";
import type { Finding } from "./finding.ts";
import { KeysUnavailable, type SigningKeys } from "./signingKeys.ts";

/**
 * Is the token signed by its issuer?
 *
 * @throws KeysUnavailable
 */
export async function signature(
  token: string,
  header: Readonly<Record<string, unknown>>,
  keys: SigningKeys,
): Promise<Finding> {
  const found = (ok: boolean, expected = "a signature by a key of the issuer"): Finding => ({
    rule: "signature",
    claim: "kid",
    expected,
    found: header.kid,
    ok,
  });
  try {
    await compactVerify(token, keys.find, { algorithms: [...allowedAlgorithms] });
    return found(true);
  } catch (error) {
    if (error instanceof KeysUnavailable) throw error;
    if (error instanceof errors.JWKSMultipleMatchingKeys) return found(await signedByOneOf(token, error));
    if (error instanceof errors.JWKSNoMatchingKey) return found(false, "the id of a key of the issuer");
    return found(false);
  }
}

/** A token without a key id may be from any of the keys of its kind. */
async function signedByOneOf(token: string, keys: AsyncIterable<CryptoKey>): Promise<boolean> {
  for await (const key of keys) {
    try {
      await compactVerify(token, key, { algorithms: [...allowedAlgorithms] });
      return true;
    } catch {
      // The next key may be the one.
    }
  }
  return false;
}
