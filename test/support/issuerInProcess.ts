import { exportJWK, generateKeyPair, type JWK } from "jose";
import { type AuthorizerWorld, authorize } from "../../src/agentcore/authorizer/authorizer.ts";
import type { CustomJwtAuthorizer } from "../../src/agentcore/authorizer/authorizerConfiguration.ts";
import { signingKeys } from "../../src/agentcore/authorizer/signingKeys.ts";

export const ISSUER = "https://idp.example";
export const NOW_SECONDS = 1_800_000_000;

export interface SigningKey {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export async function newKey(alg: string, kid: string): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid } };
}

/** base64url of text or bytes. */
export const b64 = (value: string | Uint8Array): string => Buffer.from(value).toString("base64url");

/** Signs what it is given, letter by letter: the header and the claims may be no JSON, or JSON that nobody would write. */
export async function signRaw(key: SigningKey, header: string, payload: string): Promise<string> {
  const input = `${b64(header)}.${b64(payload)}`;
  const how = key.alg.startsWith("ES") ? { name: "ECDSA", hash: "SHA-256" } : { name: key.privateKey.algorithm.name };
  const bytes = await crypto.subtle.sign(how, key.privateKey, new TextEncoder().encode(input));
  return `${input}.${b64(new Uint8Array(bytes))}`;
}

export const goodClaims = { iss: ISSUER, sub: "ada", aud: "api", exp: NOW_SECONDS + 3600 } as const;

/** A token that is good, unless a member is given another value. */
export async function sign(
  key: SigningKey,
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const whole = { alg: key.alg, kid: key.kid, ...header };
  return await signRaw(key, JSON.stringify(whole), JSON.stringify({ ...goodClaims, ...claims }));
}

export const rules: CustomJwtAuthorizer = {
  discoveryUrl: `${ISSUER}/.well-known/openid-configuration`,
  allowedAudience: ["api"],
};

/** An issuer whose documents are in this process, an authorizer that reads them, and a clock that is moved by hand. */
export function startAuthorizer(keys: readonly JWK[], more: Partial<AuthorizerWorld> = {}) {
  const state = { keys, nowMs: NOW_SECONDS * 1000, away: false };
  const urls: string[] = [];
  const fetchDocument = (async (url: string) => {
    urls.push(String(url));
    if (state.away) return new Response("<html>", { status: 503 });
    if (String(url) === rules.discoveryUrl) return Response.json({ issuer: ISSUER, jwks_uri: `${ISSUER}/keys` });
    return Response.json({ keys: state.keys });
  }) as typeof fetch;
  const now = () => state.nowMs;
  const signing = signingKeys(rules.discoveryUrl, { fetch: fetchDocument, now });
  const world: AuthorizerWorld = { keys: signing, now, clockSkewSeconds: 0, ...more };
  const decide = (token: string, by = rules) => authorize(`Bearer ${token}`, by, world);
  /** The decision and the rules that refused, in a word each. */
  const decision = async (token: string, by = rules): Promise<string> => {
    const { kind, findings } = await decide(token, by);
    return [kind, ...findings.filter(({ ok }) => !ok).map(({ rule }) => rule)].join(" ");
  };
  return { state, urls, signing, world, decide, decision };
}
