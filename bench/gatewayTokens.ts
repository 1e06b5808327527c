import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

export type Algorithm = "RS256" | "ES256";

/** An identity provider as far as a token check needs one: a discovery document, a key set and tokens. */
export interface BenchIssuer {
  readonly issuer: string;
  readonly jwks: { readonly keys: readonly JWK[] };
  /** Tokens for `api`, no two alike, good for a day. */
  tokens(count: number): Promise<readonly string[]>;
  stop(): void;
}

export async function startBenchIssuer(alg: Algorithm): Promise<BenchIssuer> {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "bench", alg, use: "sig" }] };
  const server = createServer((request, response) => {
    const document = { issuer, jwks_uri: `${issuer}/keys` };
    response
      .setHeader("content-type", "application/json")
      .end(JSON.stringify(request.url === "/keys" ? jwks : document));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    jwks,
    tokens: async (count) => {
      const now = Math.floor(Date.now() / 1000);
      const token = (at: number) =>
        new SignJWT({
          iss: issuer,
          sub: "ada",
          aud: "api",
          iat: now,
          exp: now + 86_400,
          jti: String(at),
          scope: "read",
        })
          .setProtectedHeader({ alg, kid: "bench" })
          .sign(privateKey);
      return await Promise.all(Array.from({ length: count }, (_, at) => token(at)));
    },
    stop: () => server.close(),
  };
}
