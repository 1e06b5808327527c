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
  /** Signs with a new key from now on. The key before is taken back at once, unless it is kept until the next time. */
  rotate(former?: "taken back" | "kept"): Promise<void>;
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
  let former: readonly (typeof key)[] = [];
  const server = createServer(async (request, response) => {
    const json = (value: unknown) => response.setHeader("content-type", "application/json").end(JSON.stringify(value));
    if (isAway) return void response.writeHead(503).end("<html>away</html>");
    if (request.url === "/keys") {
      reads.keys++;
      const published = [...former, key].map(async ({ publicKey, kid }) => {
        return { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" };
      });
      return void json({ keys: await Promise.all(published) });
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
    async rotate(what = "taken back") {
      const next = await newKey();
      former = what === "kept" ? [key] : [];
      key = next;
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
