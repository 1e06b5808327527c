import { importJWK, importPKCS8, type JWK } from "jose";
import * as oauth from "oauth4webapi";
import { GatewayFailure } from "../failure.ts";
import { type CredentialSource, type ReadCredential, sourceText } from "./clientCredential.ts";
import type { ClientIdentity } from "./tokenSet.ts";

/**
 * How the client proves who it is at the token endpoint (RFC 6749, 2.3.1; RFC 7523, 2.2). A secret or key that is kept
 * elsewhere is read now, for this one request.
 *
 * @throws GatewayFailure `credential_unreadable`
 */
export async function clientAuthentication(
  client: ClientIdentity,
  readCredential: ReadCredential | undefined,
): Promise<oauth.ClientAuth> {
  switch (client.authMethod) {
    case "none":
      return oauth.None();
    case "client_secret_basic":
      return oauth.ClientSecretBasic(await secretOf(client, readCredential));
    case "client_secret_post":
      return oauth.ClientSecretPost(await secretOf(client, readCredential));
    case "private_key_jwt":
      return await privateKeyJwt(client, readCredential);
  }
}

async function secretOf(
  { clientSecret, credential }: ClientIdentity,
  readCredential: ReadCredential | undefined,
): Promise<string> {
  return clientSecret ?? (await credentialOf(credential, readCredential));
}

async function credentialOf(
  source: CredentialSource | undefined,
  readCredential: ReadCredential | undefined,
): Promise<string> {
  if (source !== undefined && readCredential !== undefined) return await readCredential(source);
  const where = source === undefined ? "this client" : sourceText(source);
  throw new GatewayFailure("credential_unreadable", { source: where, reason: "there is no way to read it here" });
}

/**
 * An assertion that the client signs (RFC 7523, 3). Its audience is the issuer; providers from before that became the
 * rule want their token endpoint, and both are allowed to be named.
 */
async function privateKeyJwt(client: ClientIdentity, readCredential: ReadCredential | undefined) {
  const { credential, assertion = {} } = client;
  const text = await credentialOf(credential, readCredential);
  const { key, keyId } = await signingKey(text, credential, assertion.algorithm ?? "RS256");
  const id = assertion.keyId ?? keyId;
  const header = assertion.keyHeader ?? "kid";
  const authenticate: oauth.ClientAuth = (server, who, body, headers) =>
    oauth.PrivateKeyJwt(key, {
      [oauth.modifyAssertion](head, payload) {
        delete head.kid;
        if (id !== undefined) head[header] = id;
        if (assertion.audience === "token_endpoint") payload.aud = server.token_endpoint;
      },
    })(server, who, body, headers);
  return authenticate;
}

/** Tried in turn: a PEM file says which kind of key it has, and not what it is for. */
const curves = ["ES256", "ES384", "ES512", "Ed25519"];

async function signingKey(text: string, credential: CredentialSource | undefined, forRsa: "RS256" | "PS256") {
  const source = credential === undefined ? "this client" : sourceText(credential);
  const unusable = new GatewayFailure("credential_unreadable", {
    source,
    reason: "it is no private key that can sign: expected PKCS #8 PEM (BEGIN PRIVATE KEY) or a JSON Web Key",
  });
  if (text.startsWith("{")) {
    try {
      const jwk = JSON.parse(text) as JWK;
      const key = await importJWK(jwk, jwk.alg ?? (jwk.kty === "RSA" ? forRsa : undefined));
      if (key instanceof CryptoKey && key.type === "private") return { key, keyId: jwk.kid };
    } catch {
      // An error of the parser may quote the key.
    }
    throw unusable;
  }
  for (const algorithm of [forRsa, ...curves]) {
    try {
      return { key: await importPKCS8(text, algorithm), keyId: undefined };
    } catch {
      // The next algorithm may be the key's.
    }
  }
  throw unusable;
}
