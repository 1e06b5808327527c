import { generateKeyPair, type KeyObject, randomUUID } from "node:crypto";
import { promisify } from "node:util";
import type { JWK } from "oidc-provider";

/** A key that signs tokens: its private half for the provider, its public half for checking. */
export interface ProviderKey {
  readonly privateJwk: JWK & { readonly kid: string };
  readonly publicKey: KeyObject;
}

export interface ProviderKeys {
  /** For ID tokens; published. */
  readonly published: ProviderKey;
  /** For access tokens; the same one, unless the provider keeps it to itself. */
  readonly access: ProviderKey;
}

export async function makeProviderKeys(unpublished: boolean): Promise<ProviderKeys> {
  const published = await makeProviderKey();
  return { published, access: unpublished ? await makeProviderKey() : published };
}

/** A key for RS256, the one algorithm every gateway and provider knows; made anew with each start. */
async function makeProviderKey(): Promise<ProviderKey> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const jwk = privateKey.export({ format: "jwk" });
  return { privateJwk: { ...jwk, kid: randomUUID(), alg: "RS256", use: "sig" } as JWK & { kid: string }, publicKey };
}
