import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  parseTokenSet,
  renewAt,
  serializeTokenSet,
  sessionIdOf,
  type TokenSet,
} from "../../../../src/oauth/tokens/tokenSet.ts";
import { runs } from "../../../support/bulk.ts";
import { failureOf } from "../../../support/fakePorts.ts";

const server = { issuer: "https://login.example.com", token_endpoint: "https://login.example.com/token" };

async function tokenSet(changes: Partial<TokenSet> = {}): Promise<TokenSet> {
  const tokens: TokenSet = {
    sessionId: "",
    server,
    client: { clientId: "app", authMethod: "none" },
    account: { id: "u1", label: "Ada" },
    scopes: ["read"],
    accessToken: "marked-access",
    issuedAt: 1000,
    ...changes,
  };
  const sessionId = await sessionIdOf({
    issuer: tokens.server.issuer,
    clientId: tokens.client.clientId,
    resource: tokens.resource,
    subject: tokens.account.id,
  });
  return { ...tokens, sessionId };
}

test("whatever is stored comes back the same", async () => {
  const text = fc.string({ minLength: 1 });
  const record = fc.record(
    {
      accessToken: text,
      refreshToken: text,
      idToken: text,
      resource: fc.webUrl(),
      scopes: fc.array(text),
      account: fc.record({ id: text, label: text }, { noNullPrototype: true }),
      issuedAt: fc.nat(),
      expiresAt: fc.nat(),
    },
    { requiredKeys: ["accessToken"], noNullPrototype: true },
  );
  await fc.assert(
    fc.asyncProperty(record, async (changes) => {
      const tokens = await tokenSet(changes);
      assert.deepEqual(await parseTokenSet("k", tokens.sessionId, serializeTokenSet(tokens)), tokens);
    }),
    runs(1000),
  );
});

test("nothing that is damaged, foreign or of another session is ever used or quoted", async () => {
  const tokens = await tokenSet({ resource: "https://gw.example.com/mcp", refreshToken: "marked-refresh" });
  const stored = serializeTokenSet(tokens);
  const altered = (changes: object) => JSON.stringify({ ...(JSON.parse(stored) as object), ...changes });
  const texts = [
    "",
    "marked-access",
    "null",
    "7",
    "[]",
    "{}",
    stored.slice(0, -5),
    altered({ version: 0 }),
    altered({ version: "2" }),
    altered({ sessionId: "other" }),
    // The stamp: a token cannot be moved to another issuer, client, resource or person.
    altered({ server: { ...server, issuer: "https://evil.example" } }),
    altered({ client: { clientId: "other", authMethod: "none" } }),
    altered({ resource: "https://evil.example/mcp" }),
    altered({ resource: undefined }),
    altered({ account: { id: "u2", label: "Ada" } }),
    altered({ accessToken: "" }),
    altered({ accessToken: 7 }),
    altered({ refreshToken: {} }),
    altered({ scopes: "read" }),
    altered({ issuedAt: "yesterday" }),
    altered({ expiresAt: "tomorrow" }),
  ];
  const unreadable = { code: "stored_secret_unreadable", facts: { key: "session:x" } };
  assert.deepEqual(
    await Promise.all(texts.map((text) => failureOf(() => parseTokenSet("session:x", tokens.sessionId, text)))),
    texts.map(() => unreadable),
  );
});

test("a form of a newer version is refused as such, whatever its shape", async () => {
  const tokens = await tokenSet();
  const texts = [JSON.stringify({ ...JSON.parse(serializeTokenSet(tokens)), version: 2 }), '{"version":7}'];
  const newer = { code: "stored_by_newer_version", facts: { key: "session:x" } };
  assert.deepEqual(
    await Promise.all(texts.map((text) => failureOf(() => parseTokenSet("session:x", tokens.sessionId, text)))),
    texts.map(() => newer),
  );
});

test("a session's name differs with issuer, client, resource and person, and with nothing else", async () => {
  const parts = { issuer: "i", clientId: "c", resource: "r", subject: "s" };
  const names = await Promise.all([
    sessionIdOf(parts),
    sessionIdOf({ ...parts }),
    sessionIdOf({ ...parts, issuer: "i2" }),
    sessionIdOf({ ...parts, clientId: "c2" }),
    sessionIdOf({ ...parts, resource: undefined }),
    sessionIdOf({ ...parts, subject: "s2" }),
    // What is joined must not be confusable.
    sessionIdOf({ issuer: "i", clientId: 'c","r', resource: "", subject: "s" }),
  ]);
  assert.deepEqual({ same: names[0] === names[1], different: new Set(names).size }, { same: true, different: 6 });
});

test("renewal is due a minute before the end, or a fifth of a short life, and never without an end", () => {
  const due = (lifeMs: number) => renewAt({ issuedAt: 1000, expiresAt: 1000 + lifeMs });
  assert.deepEqual(
    [due(3_600_000), due(300_000), due(60_000), due(0), renewAt({ issuedAt: 1000 })],
    [3_541_000, 241_000, 49_000, 1000, undefined],
  );
});
