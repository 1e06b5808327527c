import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  asksByItself,
  isAlive,
  isRenewable,
  parseTokenSet,
  renewAt,
  sentToken,
  serializeTokenSet,
  sessionIdOf,
  type TokenSet,
} from "../../../../src/oauth/tokens/tokenSet.ts";
import { webAddress } from "../../../support/anyText.ts";
import { runs } from "../../../support/bulk.ts";
import { unsignedJwt } from "../../../support/fakeAuthorizationServer.ts";
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
      resource: webAddress("http", "https"),
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
    altered({ scopes: ["read", 7] }),
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

test("a sign-in's name is the one that earlier versions gave it, and that of another connection is another", async () => {
  const parts = { issuer: "https://login.example.com", clientId: "app", subject: "u1" };
  assert.deepEqual(
    {
      alone: await sessionIdOf(parts),
      bound: await sessionIdOf({ ...parts, resource: "https://gw.example.com/mcp" }),
      connection: await sessionIdOf({ ...parts, connectionId: "one" }),
    },
    { alone: "f46d4c9dea17fa50d0ed03b6", bound: "a272329ef3852482968c17e7", connection: "b0f72154adf61f878dfcb185" },
  );
});

test("what can be renewed without a person is what has a refresh token, a company behind it, or asks by itself", async () => {
  const workloadGrant = {
    identity: { source: { kind: "kubernetes" }, audience: "issuer", grant: "jwt-bearer" },
    parameters: {},
  } as const;
  const kinds: readonly Partial<TokenSet>[] = [
    {},
    { refreshToken: "marked-refresh" },
    { enterprise: { issuer: "https://company.example.com", scopes: [], exchangedAt: 0 } },
    { clientGrant: { scopes: [], parameters: {} } },
    { workloadGrant },
  ];
  const all = await Promise.all(kinds.map(tokenSet));
  assert.deepEqual(
    all.map((tokens) => [isRenewable(tokens), asksByItself(tokens)]),
    [
      [false, false],
      [true, false],
      [true, false],
      [true, true],
      [true, true],
    ],
  );
});

test("nobody is signed in without tokens, or with those that a provider refuses to renew", async () => {
  const tokens = await tokenSet();
  assert.deepEqual(
    [isAlive(undefined), isAlive(tokens), isAlive({ ...tokens, refused: "invalid_grant" })],
    [false, true, false],
  );
});

test("a gateway is sent the token that it takes, with the times of that one, and with its key where it is bound", async () => {
  const proofKey = { kty: "EC", crv: "P-256", x: "x", y: "y", d: "d" } as const;
  const idToken = unsignedJwt({ iat: 20, exp: 80 });
  const tokens = await tokenSet({ expiresAt: 9000, idToken });
  const times = { issuedAt: 1000, expiresAt: 9000 };
  const { idToken: _, ...without } = tokens;
  assert.deepEqual(
    {
      access: sentToken(tokens, "access"),
      bound: sentToken({ ...tokens, isBound: true, proofKey }, "access"),
      unbound: sentToken({ ...tokens, proofKey }, "access"),
      id: sentToken({ ...tokens, isBound: true, proofKey }, "id"),
      none: sentToken(without, "id"),
      odd: sentToken({ ...tokens, idToken: unsignedJwt({ iat: "20", exp: null }) }, "id"),
    },
    {
      access: { text: "marked-access", ...times },
      bound: { text: "marked-access", ...times, proofKey },
      unbound: { text: "marked-access", ...times },
      id: { text: idToken, issuedAt: 20_000, expiresAt: 80_000 },
      none: { text: undefined, issuedAt: 1000, expiresAt: undefined },
      odd: { text: unsignedJwt({ iat: "20", exp: null }), issuedAt: 1000, expiresAt: undefined },
    },
  );
});

test("renewal is due a minute before the end, or a fifth of a short life, and never without an end", () => {
  const due = (lifeMs: number) => renewAt({ issuedAt: 1000, expiresAt: 1000 + lifeMs });
  assert.deepEqual(
    [due(3_600_000), due(300_000), due(60_000), due(0), renewAt({ issuedAt: 1000 })],
    [3_541_000, 241_000, 49_000, 1000, undefined],
  );
});

test("a bound token whose key is gone lets nobody in, and what can be revoked of it is kept", async () => {
  const proofKey = { kty: "EC", crv: "P-256", x: "x", y: "y", d: "d" } as const;
  const read = async (changes: Partial<TokenSet>) => {
    const tokens = await tokenSet({ refreshToken: "marked-refresh", ...changes });
    return await parseTokenSet("session:x", tokens.sessionId, serializeTokenSet(tokens));
  };
  const found = [
    await read({ isBound: true, proofKey }),
    await read({ proofKey }),
    await read({ isBound: true }),
    await read({ isBound: true, proofKey: null as never }),
  ];
  assert.deepEqual(
    found.map((tokens) => [isAlive(tokens), tokens.refused, tokens.refreshToken]),
    [
      [true, undefined, "marked-refresh"],
      [true, undefined, "marked-refresh"],
      [false, "proof_key_lost", "marked-refresh"],
      [false, "proof_key_lost", "marked-refresh"],
    ],
  );
});
