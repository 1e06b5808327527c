import type { TestContext } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { startWebServer } from "../../support/webServer.ts";

/** An issuer over HTTP as a gateway sees it: a discovery document, keys and tokens, and whatever a row wants instead. */
export interface WorldIssuer {
  readonly discoveryUrl: string;
  /** How often its keys were asked for. */
  readonly keyReads: () => number;
  /** What stands among its keys, beside the one that signs. */
  beside: readonly unknown[];
  /** Answers before anything else; undefined leaves the request to the issuer as it is. */
  instead: ((path: string) => Response | undefined) | undefined;
  /** Signs with a new key from now on, under the same id. The key before is none of its own any more. */
  replaceKey(): Promise<void>;
  /** A token of its own that is good for an hour. */
  token(): Promise<string>;
}

const KID = "sig-1";

export async function startIssuer(t: TestContext): Promise<WorldIssuer> {
  let key = await generateKeyPair("ES256");
  let keyReads = 0;
  const web = await startWebServer(async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/keys") keyReads++;
    const other = issuer.instead?.(pathname);
    if (other) return other;
    if (pathname === "/keys") {
      return Response.json({ keys: [...issuer.beside, { ...(await exportJWK(key.publicKey)), kid: KID }] });
    }
    return Response.json({ issuer: web.origin, jwks_uri: `${web.origin}/keys` });
  });
  t.after(() => web.stop());
  const issuer: WorldIssuer = {
    discoveryUrl: `${web.origin}/.well-known/openid-configuration`,
    keyReads: () => keyReads,
    beside: [],
    instead: undefined,
    async replaceKey() {
      key = await generateKeyPair("ES256");
    },
    async token() {
      const seconds = Math.floor(Date.now() / 1000);
      return await new SignJWT({ iss: web.origin, sub: "ada", aud: "api", exp: seconds + 3600 })
        .setProtectedHeader({ alg: "ES256", kid: KID })
        .sign(key.privateKey);
    },
  };
  return issuer;
}
