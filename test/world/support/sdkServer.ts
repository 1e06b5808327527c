import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { InvalidGrantError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
import type { AuthorizationParams, OAuthServerProvider } from "@modelcontextprotocol/sdk/server/auth/provider.js";
import { mcpAuthRouter } from "@modelcontextprotocol/sdk/server/auth/router.js";
import type { OAuthClientInformationFull, OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import express from "express";

/** The authorization server of the MCP SDK v1, which most remote servers embed, with a memory of its own. */
export interface SdkServer {
  readonly issuer: string;
  /** The access tokens that are good. */
  readonly access: Set<string>;
  readonly refresh: Set<string>;
  /** How often each of its endpoints was asked, by its path. */
  readonly asked: Map<string, number>;
  /** Forgets clients and tokens, as servers that keep them in memory do when they restart. */
  restart(): void;
}

export async function startSdkServer(t: TestContext): Promise<SdkServer> {
  const clients = new Map<string, OAuthClientInformationFull>();
  const codes = new Map<string, AuthorizationParams>();
  const access = new Set<string>();
  const refresh = new Set<string>();
  const asked = new Map<string, number>();
  const issue = (): OAuthTokens => {
    const tokens = { access_token: randomUUID(), token_type: "Bearer", expires_in: 3600, refresh_token: randomUUID() };
    access.add(tokens.access_token);
    refresh.add(tokens.refresh_token);
    return tokens;
  };
  const provider: OAuthServerProvider = {
    clientsStore: {
      getClient: (id) => clients.get(id),
      registerClient(client) {
        const registered = client as OAuthClientInformationFull;
        clients.set(registered.client_id, registered);
        return registered;
      },
    },
    async authorize(_client, params, response) {
      const code = randomUUID();
      codes.set(code, params);
      const back = new URL(params.redirectUri);
      back.searchParams.set("code", code);
      if (params.state !== undefined) back.searchParams.set("state", params.state);
      response.redirect(back.href);
    },
    async challengeForAuthorizationCode(_client, code) {
      return codes.get(code)?.codeChallenge ?? "";
    },
    async exchangeAuthorizationCode(_client, code) {
      if (!codes.delete(code)) throw new InvalidGrantError("the code is not known");
      return issue();
    },
    async exchangeRefreshToken(_client, token) {
      if (!refresh.delete(token)) throw new InvalidGrantError("the refresh token is not known");
      return issue();
    },
    async verifyAccessToken() {
      throw new Error("the gateway looks by itself");
    },
    async revokeToken(_client, { token }) {
      access.delete(token);
      refresh.delete(token);
    },
  };
  const app = express();
  app.use(({ path }, _response, next) => {
    asked.set(path, (asked.get(path) ?? 0) + 1);
    next();
  });
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  app.use(mcpAuthRouter({ provider, issuerUrl: new URL(issuer) }));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    issuer: `${issuer}/`,
    access,
    refresh,
    asked,
    restart() {
      for (const memory of [clients, codes, access, refresh]) memory.clear();
    },
  };
}
