import { generateKeyPair, type KeyObject, randomUUID } from "node:crypto";
import { promisify } from "node:util";
import type { JWK } from "oidc-provider";

/** The key that signs tokens: its private half for the provider, its public half for checking. */
export interface SigningKey {
  readonly privateJwk: JWK;
  readonly publicKey: KeyObject;
}

/** A key for RS256, the one algorithm every gateway and provider knows; made anew with each start. */
export async function makeSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const jwk = privateKey.export({ format: "jwk" });
  return { privateJwk: { ...jwk, kid: randomUUID(), alg: "RS256", use: "sig" } as JWK, publicKey };
}
