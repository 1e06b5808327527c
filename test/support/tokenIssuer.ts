import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from "jose";

/** An identity provider as far as a gateway can see it: a discovery document, a key set, and tokens. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly discoveryUrl: string;
  /** Documents that were read. */
  readonly reads: { discovery: number; keys: number };
  /** A token with claims that are good for an hour unless others are given; `undefined` leaves one out. */
  token(claims?: Readonly<Record<string, unknown>>, header?: Partial<JWTHeaderParameters>): Promise<string>;
  /** Signs with a new key from now on. */
  rotate(): Promise<void>;
  /** Answers 503 until it is called again with `false`. */
  away(yes: boolean): void;
  stop(): Promise<void>;
}

export async function startTokenIssuer(): Promise<TokenIssuer> {
  const reads = { discovery: 0, keys: 0 };
  let count = 0;
  let isAway = false;
  const newKey = async () => {
    const pair = await generateKeyPair("RS256");
    return { ...pair, kid: `key-${++count}` };
  };
  let key = await newKey();
  const server = createServer(async (request, response) => {
    const json = (value: unknown) => response.setHeader("content-type", "application/json").end(JSON.stringify(value));
    if (isAway) return void response.writeHead(503).end("<html>away</html>");
    if (request.url === "/keys") {
      reads.keys++;
      return void json({ keys: [{ ...(await exportJWK(key.publicKey)), kid: key.kid, alg: "RS256", use: "sig" }] });
    }
    reads.discovery++;
    json({ issuer, jwks_uri: `${issuer}/keys`, authorization_endpoint: `${issuer}/authorize` });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    discoveryUrl: `${issuer}/.well-known/openid-configuration`,
    reads,
    async token(claims = {}, header = {}) {
      const seconds = Math.floor(Date.now() / 1000);
      const whole = { iss: issuer, sub: "ada", aud: "api", iat: seconds, exp: seconds + 3600, ...claims };
      const payload = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
      return await new SignJWT(payload)
        .setProtectedHeader({ alg: "RS256", kid: key.kid, ...header })
        .sign(key.privateKey);
    },
    async rotate() {
      key = await newKey();
    },
    away(yes) {
      isAway = yes;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
