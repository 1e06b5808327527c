import assert from "node:assert/strict";
import { test } from "node:test";
import { generic } from "../../../../src/oauth/identityProviders/generic.ts";
import { signInAsClient } from "../../../../src/oauth/signIn/clientCredentials.ts";
import type { SignInRequest } from "../../../../src/oauth/signIn/signInRequest.ts";
import { failureOf, fakeNetwork, json, recordingLog } from "../../../support/fakePorts.ts";

const issuer = "https://login.example.com";
const request: SignInRequest = {
  gateway: "work",
  identityProvider: generic,
  flow: "clientCredentials",
  bearerToken: "access",
  server: { issuer, token_endpoint: `${issuer}/token` },
  client: { clientId: "machine", clientSecret: "marked-secret", authMethod: "client_secret_basic" },
  resource: "https://gateway.example.com/mcp",
  scopes: ["openid", "profile", "email", "offline_access", "gateway.read"],
};

function start(answer: Response | (() => Response)) {
  const network = fakeNetwork({ [`${issuer}/token`]: answer });
  const log = recordingLog();
  const cancel = new AbortController();
  const world = { fetch: network.fetch, now: () => 1000, log, signal: cancel.signal };
  return { network, log, cancel, signIn: (changes = {}) => signInAsClient({ ...request, ...changes }, world) };
}

const good = () => json({ access_token: "marked-access", token_type: "bearer", expires_in: 60 });

test("a client asks for the gateway's scopes and none about a person, and proves who it is", async () => {
  const world = start(good());
  const outcome = await world.signIn();
  assert.ok(outcome.kind === "signedIn");
  const [sent] = world.network.requests;
  assert.deepEqual(
    {
      form: Object.fromEntries(new URLSearchParams(sent?.body)),
      authorization: sent?.headers.authorization,
      tokens: [outcome.tokens.accessToken, outcome.tokens.refreshToken, outcome.tokens.expiresAt],
      scopes: outcome.tokens.scopes,
      log: /marked/.test(world.log.lines.join()),
    },
    {
      form: { grant_type: "client_credentials", scope: "gateway.read", resource: request.resource },
      authorization: `Basic ${Buffer.from("machine:marked-secret").toString("base64")}`,
      tokens: ["marked-access", undefined, 61_000],
      scopes: ["gateway.read"],
      log: false,
    },
  );
});

test("a client that the provider refuses is told the provider's code", async () => {
  assert.deepEqual(await failureOf(() => start(json({ error: "invalid_client" }, 401)).signIn()), {
    code: "token_refused",
    facts: { issuer, status: 401, error: "invalid_client", withSecret: true },
  });
});

test("whoever gave up sends nothing", async () => {
  const world = start(good());
  world.cancel.abort();
  assert.deepEqual([await world.signIn(), world.network.requests.length], [{ kind: "cancelled" }, 0]);
});

test("tokens that come after the giving up are given back", async () => {
  const world: ReturnType<typeof start> = start(() => {
    world.cancel.abort();
    return good();
  });
  const server = { ...request.server, revocation_endpoint: `${issuer}/revoke` };
  const outcome = await world.signIn({ server });
  const revoked = world.network.requests.filter(({ url }) => url === server.revocation_endpoint);
  assert.deepEqual(
    { outcome, revoked: revoked.map(({ body }) => new URLSearchParams(body).get("token")) },
    { outcome: { kind: "cancelled" }, revoked: ["marked-access"] },
  );
});
