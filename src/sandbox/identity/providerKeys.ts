import { generateKeyPair, type KeyObject, randomUUID } from "node:crypto";
import { promisify } from "node:util";
import type { JWK } from "oidc-provider";

/** A key that signs tokens: its private half for the provider, its public half for checking. */
export interface SigningKey {
  readonly privateJwk: JWK & { readonly kid: string };
  readonly publicKey: KeyObject;
}

export interface SigningKeys {
  /** For ID tokens; published. */
  readonly published: SigningKey;
  /** For access tokens; the same one, unless the provider keeps it to itself. */
  readonly access: SigningKey;
}

export async function makeSigningKeys(unpublished: boolean): Promise<SigningKeys> {
  const published = await makeSigningKey();
  return { published, access: unpublished ? await makeSigningKey() : published };
}

/** A key for RS256, the one algorithm every gateway and provider knows; made anew with each start. */
async function makeSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const jwk = privateKey.export({ format: "jwk" });
  return { privateJwk: { ...jwk, kid: randomUUID(), alg: "RS256", use: "sig" } as JWK & { kid: string }, publicKey };
}
