import * as oauth from "oauth4webapi";
import { GatewayFailure } from "../../failures/failure.ts";
import { type CredentialSource, looksLikeKey, type ReadCredential, sourceText } from "./clientCredential.ts";
import { type ClientIdentity, isNobody } from "./clientIdentity.ts";

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
      return isNobody(client) ? () => {} : oauth.None();
    case "client_secret_basic":
      return basic(await secretOf(client, readCredential));
    case "client_secret_post":
      return oauth.ClientSecretPost(await secretOf(client, readCredential));
    case "private_key_jwt":
      return await privateKeyJwt(client, readCredential);
  }
}

/**
 * HTTP Basic with both parts encoded as forms are (RFC 6749, 2.3.1), in WHATWG's way, which leaves `-._*` alone. oauth4webapi
 * encodes those too, and servers that compare what they were sent refuse the client: a GUID has hyphens.
 */
function basic(secret: string): oauth.ClientAuth {
  const encoded = (text: string) => new URLSearchParams({ "": text }).toString().slice(1);
  return (_server, client, _body, headers) => {
    headers.set("authorization", `Basic ${btoa(`${encoded(client.client_id)}:${encoded(secret)}`)}`);
  };
}

/** The first line of what is read: password managers print the secret there, and notes after it. */
async function secretOf(
  { clientSecret, credential }: ClientIdentity,
  readCredential: ReadCredential | undefined,
): Promise<string> {
  const text = clientSecret ?? (await credentialOf(credential, readCredential));
  if (looksLikeKey(text)) throw unreadable(credential, "it is a key, a certificate or JSON, which no secret is");
  return text.replace(/\s*[\r\n].*$/s, "");
}

const unreadable = (source: CredentialSource | undefined, reason: string, facts?: { readonly convertible: true }) =>
  new GatewayFailure("credential_unreadable", {
    source: source === undefined ? "this client" : sourceText(source),
    reason,
    ...facts,
  });

async function credentialOf(
  source: CredentialSource | undefined,
  readCredential: ReadCredential | undefined,
): Promise<string> {
  if (source !== undefined && readCredential !== undefined) return await readCredential(source);
  throw unreadable(source, "there is no way to read it here");
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

type ImportAlgorithm = RsaHashedImportParams | EcKeyImportParams | Algorithm;

const rsa = { RS256: "RSASSA-PKCS1-v1_5", PS256: "RSA-PSS" } as const;
const curves: readonly ImportAlgorithm[] = [
  ...["P-256", "P-384", "P-521"].map((namedCurve) => ({ name: "ECDSA", namedCurve })),
  { name: "Ed25519" },
];

/** Tried in turn: a key says of which kind it is, and not always what it is for. */
const algorithms = (forRsa: "RS256" | "PS256"): readonly ImportAlgorithm[] => [
  { name: rsa[forRsa], hash: "SHA-256" },
  ...curves,
];

async function signingKey(text: string, credential: CredentialSource | undefined, forRsa: "RS256" | "PS256") {
  const jwk = text.startsWith("{") ? parsedJwk(text) : undefined;
  const wanted = jwk?.alg === "RS256" || jwk?.alg === "PS256" ? jwk.alg : forRsa;
  for (const algorithm of algorithms(wanted)) {
    try {
      const key = jwk
        ? await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["sign"])
        : await crypto.subtle.importKey("pkcs8", derOf(text), algorithm, false, ["sign"]);
      return { key, keyId: jwk?.kid };
    } catch {
      // The next algorithm may be the key's. An error may quote the key, so that none is handed on.
    }
  }
  const otherForm = /BEGIN (RSA|EC|ENCRYPTED) PRIVATE KEY/.test(text);
  if (otherForm) {
    const reason = "it is a private key in another form than PKCS #8 (BEGIN PRIVATE KEY), or encrypted";
    throw unreadable(credential, reason, { convertible: true });
  }
  throw unreadable(
    credential,
    "it is no private key that can sign: expected PKCS #8 PEM (BEGIN PRIVATE KEY) or a JSON Web Key",
  );
}

function parsedJwk(text: string): (JsonWebKey & { readonly kid?: string }) | undefined {
  try {
    return JSON.parse(text) as JsonWebKey;
  } catch {
    return undefined;
  }
}

/**
 * The private key of a PEM text (RFC 7468), which may have certificates and other text around it. Its line ends may have
 * been lost, or be the letters `\n`, as in environment variables.
 */
function derOf(text: string): Uint8Array<ArrayBuffer> {
  const [, block = text] = /-----BEGIN PRIVATE KEY-----([^-]*)/.exec(text) ?? [];
  return Uint8Array.from(atob(block.replace(/\\[rn]|\s/g, "")), (character) => character.charCodeAt(0));
}
