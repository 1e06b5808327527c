import { createHash, randomUUID } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

/** Whoever makes proofs with one key, by jose and not by anything of ours. */
export interface ProofMaker {
  /** What a token names that is bound to the key. */
  readonly thumbprint: string;
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
  /** A proof that is good, but for what is given: `undefined` leaves a member out. */
  proof(claims: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): Promise<string>;
}

export async function proofMaker(algorithm = "ES256"): Promise<ProofMaker> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  return {
    publicJwk,
    privateJwk: await exportJWK(privateKey),
    thumbprint: await calculateJwkThumbprint(publicJwk),
    async proof(claims, header = {}) {
      const whole = { jti: randomUUID(), iat: Math.floor(Date.now() / 1000), ...claims };
      return await new SignJWT(withoutUndefined(whole))
        .setProtectedHeader({ alg: algorithm, ...withoutUndefined({ typ: "dpop+jwt", jwk: publicJwk, ...header }) })
        .sign(privateKey);
    },
  };
}

export const tokenHash = (token: string): string => createHash("sha256").update(token).digest("base64url");

const withoutUndefined = (members: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
