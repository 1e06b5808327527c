import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../../src/connections/connection.ts";
import { type DiagnosticsFacts, diagnosticsText } from "../../../src/diagnosis/diagnosticsText.ts";
import { type AnyFailure, GatewayFailure } from "../../../src/failures/failure.ts";
import type { TokenSet } from "../../../src/oauth/tokens/tokenSet.ts";
import { unsignedJwt } from "../../support/fakeAuthorizationServer.ts";
import { resolvedConnection } from "../../support/resolved.ts";

const facts: DiagnosticsFacts = {
  version: "0.1.0",
  editor: "Visual Studio Code 1.105.0",
  platform: "linux x64",
  remote: "ssh-remote",
  relay: "listening",
  now: Date.UTC(2026, 0, 2, 3, 4, 5),
};

const server = { issuer: "https://login.example.com", revocation_endpoint: "https://login.example.com/revoke" };

const connection: Connection = {
  id: "gw",
  name: "Work",
  url: "https://gw.example.com/mcp",
  authorization: {
    kind: "oauth",
    server,
    clientId: "app",
    clientSource: "registered",
    resource: "https://gw.example.com/mcp",
    scopes: ["read", "openid"],
  },
  sessionId: "s",
};

const gateway = { connection, resolved: resolvedConnection(connection.authorization) };

const tokens: TokenSet = {
  sessionId: "s",
  server,
  client: { clientId: "app", clientSecret: "marked-secret", authMethod: "client_secret_basic" },
  account: { id: "ada", label: "Ada" },
  scopes: ["read"],
  accessToken: unsignedJwt({ sub: "marked" }),
  refreshToken: "marked-refresh",
  idToken: unsignedJwt({ sub: "ada", name: "marked" }),
  issuedAt: facts.now,
  expiresAt: facts.now + 600_000,
};

test("a gateway that is signed in to is described in full, and no secret is in it", () => {
  const text = diagnosticsText(facts, [{ ...gateway, state: { kind: "signedIn", tokens }, tools: 3 }]);
  assert.deepEqual(text.split("\n"), [
    "Gateway Connect 0.1.0, 2026-01-02T03:04:05.000Z",
    "Editor: Visual Studio Code 1.105.0 (ssh-remote), linux x64",
    "Relay: listening",
    "",
    "Gateway Work: https://gw.example.com/mcp",
    "  sign-in: signed in as Ada at login.example.com",
    "  tools when last reached: 3",
    "  flow: browser, token sent: access",
    "  issuer: https://login.example.com",
    "  client: app (registered)",
    "  resource: https://gw.example.com/mcp",
    "  scopes asked: read openid",
    "  revocation endpoint: https://login.example.com/revoke",
    "  scopes granted: read",
    "  issued: 2026-01-02T03:04:05.000Z, ends: 2026-01-02T03:14:05.000Z",
    "  refresh token: yes",
    "",
  ]);
});

test("what is described is what the settings make of the connection now, and the token that they have sent", () => {
  const settings = { signIn: "deviceCode", clientId: "set", resource: false, scopes: ["all"], token: "id" };
  const resolved = resolvedConnection(connection.authorization, settings);
  const idToken = unsignedJwt({ iat: facts.now / 1000, exp: facts.now / 1000 + 60 });
  const state = { kind: "signedIn", tokens: { ...tokens, idToken } } as const;
  const text = diagnosticsText(facts, [{ connection, resolved, state, tools: 3 }]);
  assert.deepEqual(
    text.split("\n").filter((line) => /^ {2}(flow|client|resource|scopes asked|issued):/.test(line)),
    [
      "  flow: deviceCode, token sent: id",
      "  client: set (configured)",
      "  resource: none sent",
      "  scopes asked: all",
      "  issued: 2026-01-02T03:04:05.000Z, ends: 2026-01-02T03:05:05.000Z",
    ],
  );
});

test("a gateway that nobody could sign in to is described with its failure", () => {
  const failure = new GatewayFailure("token_refused", {
    issuer: server.issuer,
    status: 400,
    error: "invalid_client",
  }) as AnyFailure;
  const open: Connection = { id: "gw", name: "Work", url: connection.url, authorization: { kind: "none" } };
  const text = diagnosticsText({ ...facts, remote: undefined }, [
    { connection: open, resolved: undefined, state: { kind: "attention", failure }, tools: undefined },
  ]);
  const lines = text.split("\n");
  assert.deepEqual(
    { editor: lines[1], tools: lines[6], failure: lines[7] },
    {
      editor: "Editor: Visual Studio Code 1.105.0, linux x64",
      tools: "  tools when last reached: never reached",
      failure: '  failure: token_refused {"issuer":"https://login.example.com","status":400,"error":"invalid_client"}',
    },
  );
});

test("a failure that quotes a secret is shown without it", () => {
  const quoting = new GatewayFailure("unexpected", {
    reason: 'POST {"refresh_token":"marked-refresh"} with Bearer marked-access, ?code=marked-code&state=marked-state',
  }) as AnyFailure;
  const text = diagnosticsText(facts, [{ ...gateway, state: { kind: "attention", failure: quoting }, tools: 0 }]);
  assert.deepEqual(text.match(/marked-\w+/g), null);
});

test("a token without a known end, or with one beyond all calendars, does not keep the text from being made", () => {
  const { expiresAt: _, refreshToken: __, ...bare } = tokens;
  const ends = [bare, { ...bare, expiresAt: 1e300 }].map((set: TokenSet) => {
    const text = diagnosticsText(facts, [{ ...gateway, state: { kind: "signedIn", tokens: set }, tools: 0 }]);
    return text.split("\n").filter((line) => /ends|refresh token/.test(line));
  });
  const lines = ["  issued: 2026-01-02T03:04:05.000Z, ends: unknown", "  refresh token: no"];
  assert.deepEqual(ends, [lines, lines]);
});

test("without a gateway it says so", () => {
  assert.equal(diagnosticsText(facts, []).split("\n").at(-2), "No gateway is connected.");
});
