import "./olderNode.ts";
import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { jwtVerify } from "jose";
import { type KoaContextWithOIDC, Provider } from "oidc-provider";
import type { SandboxFaults } from "../sandboxFaults.ts";
import { bookkeeping } from "./bookkeeping.ts";
import { faultyAnswers } from "./faultyAnswers.ts";
import { MemoryStore } from "./memoryStore.ts";
import { type MachineClient, providerConfiguration, sandboxClientId } from "./providerConfiguration.ts";
import { signInRoutes } from "./signInRoutes.ts";
import { makeSigningKey } from "./signingKey.ts";
import { type IdentityObservation, type IssuedSecret, TokenLedger } from "./tokenLedger.ts";

export interface IdentityProviderOptions {
  /** The port of 127.0.0.1 to listen on; a free one by default. */
  readonly port?: number;
  /** The address of the gateway: the audience of access tokens and the only resource (RFC 8707). */
  readonly resource: () => string;
  readonly accessTokenSeconds: number;
  readonly recordSecrets: boolean;
  readonly faults: () => SandboxFaults;
  readonly log: (line: string) => void;
}

export interface IdentityProvider {
  readonly issuer: string;
  /** The public client that is registered beforehand. */
  readonly clientId: string;
  /** The confidential client for the client credentials grant. */
  readonly machine: MachineClient;
  observe(): IdentityObservation;
  issuedSecrets(): readonly IssuedSecret[];
  /** Takes all access from one person, or from everybody. */
  revokeAll(sub?: string): void;
  /** Whether this access or refresh token is good now. */
  isActive(token: string): Promise<boolean>;
  /** Whether the access token with this identifier was revoked. */
  isRevoked(jti: string): boolean;
  stop(): Promise<void>;
}

/** Starts an OAuth authorization server on the loopback interface. */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const server = createServer();
  const issuer = await listen(server, options.port ?? 0);
  const key = await makeSigningKey();
  const store = new MemoryStore();
  const ledger = new TokenLedger({ recordSecrets: options.recordSecrets });
  const machine = { clientId: "gateway-connect-machine", clientSecret: randomBytes(24).toString("base64url") };
  const { resource, accessTokenSeconds, faults } = options;
  const provider = new Provider(
    issuer,
    providerConfiguration({ issuer, key, store, ledger, machine, accessTokenSeconds, resource, faults }),
  );

  const claimsOf = async (token: string) => {
    const verified = await jwtVerify(token, key.publicKey, { issuer }).catch(() => undefined);
    return verified?.payload;
  };
  const ownTokenId = async (token: string, clientId: string) => {
    const claims = await claimsOf(token);
    return claims?.client_id === clientId ? claims.jti : undefined;
  };
  provider.use(atIssuer(issuer));
  provider.use(bookkeeping(ledger, ownTokenId));
  provider.use(askForConsent);
  provider.use(faultyAnswers(faults));
  provider.use(signInRoutes(provider, issuer));
  provider.on("grant.revoked", (_ctx, grantId) => ledger.revokeGrant(grantId));
  provider.on("server_error", (_ctx, error) => options.log(`identity provider: ${error.stack ?? error.message}`));
  server.on("request", provider.callback());

  return {
    issuer,
    clientId: sandboxClientId,
    machine,
    observe: () => ledger.observe(),
    issuedSecrets: () => ledger.secrets(),
    revokeAll(sub) {
      store.forgetPerson(sub);
      ledger.revokePerson(sub);
    },
    async isActive(token) {
      if (!token.includes(".")) return store.isSpendable(token);
      const claims = await claimsOf(token);
      return claims?.jti !== undefined && !ledger.isRevoked(claims.jti);
    },
    isRevoked: (jti) => ledger.isRevoked(jti),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/**
 * Holds everything to the issuer's own address, whatever name a browser or a proxy came by: oidc-provider builds
 * addresses from the request, and cookies set under one name are not sent under another.
 */
function atIssuer(issuer: string) {
  const { host } = new URL(issuer);
  return async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
    const elsewhere = ctx.host !== host;
    if (elsewhere && ctx.method === "GET" && /^\/(authorize|interaction)\b/.test(ctx.path)) {
      ctx.redirect(`${issuer}${ctx.url}`);
      return;
    }
    ctx.req.headers.host = host;
    await next();
  };
}

/** OpenID Connect Core 1.0, 11 ties refresh tokens to `prompt=consent`, which few clients send: consent is always asked here. */
async function askForConsent(ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> {
  const { scope, prompt = "" } = ctx.query;
  if (ctx.path === "/authorize" && typeof scope === "string" && scope.split(" ").includes("offline_access")) {
    const asked = typeof prompt === "string" ? prompt.split(" ").filter(Boolean) : [];
    if (!asked.includes("consent") && !asked.includes("none")) {
      ctx.query = { ...ctx.query, prompt: [...asked, "consent"].join(" ") };
    }
  }
  await next();
}
