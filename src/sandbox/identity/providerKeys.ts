import { generateKeyPair, type KeyObject, randomUUID } from "node:crypto";
import { promisify } from "node:util";
import type { JWK } from "oidc-provider";

/** A key that signs tokens: the private key for the provider, and the public key to verify with. */
export interface ProviderKey {
  readonly privateJwk: JWK & { readonly kid: string };
  readonly publicKey: KeyObject;
}

export interface ProviderKeys {
  /** Signs ID tokens, and is published. */
  readonly published: ProviderKey;
  /** Signs access tokens. The same key, unless the provider does not publish it. */
  readonly access: ProviderKey;
}

/** Makes the keys of a provider, new for each start. */
export async function makeProviderKeys(unpublished: boolean): Promise<ProviderKeys> {
  const published = await makeProviderKey();
  return { published, access: unpublished ? await makeProviderKey() : published };
}

/** Makes a key for RS256, which every gateway and provider supports. */
async function makeProviderKey(): Promise<ProviderKey> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const jwk = privateKey.export({ format: "jwk" });
  return { privateJwk: { ...jwk, kid: randomUUID(), alg: "RS256", use: "sig" } as JWK & { kid: string }, publicKey };
}
