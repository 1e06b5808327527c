import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SecretTokenStore, sessionOfKey } from "../../../../src/oauth/tokens/secretTokenStore.ts";
import { sessionIdOf, type TokenSet } from "../../../../src/oauth/tokens/tokenSet.ts";
import { failureOf, MemorySecrets, QueueLock } from "../../../support/fakePorts.ts";

const issuer = "https://login.example.com";
const sessionId = await sessionIdOf({ issuer, clientId: "app", subject: "u1" });
const tokens: TokenSet = {
  sessionId,
  server: { issuer },
  client: { clientId: "app", authMethod: "none" },
  account: { id: "u1", label: "Ada" },
  scopes: [],
  accessToken: "marked-access",
  issuedAt: 1,
};

test("a session is one entry, which every window reads and only a sign-out removes", async () => {
  const secrets = new MemorySecrets({ "client:abc": "{}" });
  const [one, other] = [new SecretTokenStore(secrets, new QueueLock()), new SecretTokenStore(secrets, new QueueLock())];
  await one.write(tokens);
  const seen = {
    read: await other.read(sessionId),
    listed: await other.list(),
    keys: [...secrets.entries.keys()],
    sessions: [...secrets.entries.keys()].map(sessionOfKey),
  };
  await other.delete(sessionId);
  assert.deepEqual(
    { ...seen, after: await one.read(sessionId), kept: [...secrets.entries.keys()] },
    {
      read: tokens,
      listed: [sessionId],
      keys: ["client:abc", `session:${sessionId}`],
      sessions: [undefined, sessionId],
      after: undefined,
      kept: ["client:abc"],
    },
  );
});

test("a damaged entry is a failure, not an absent session, and stays where it is", async () => {
  const key = `session:${sessionId}`;
  const secrets = new MemorySecrets({ [key]: "{damaged" });
  assert.deepEqual(
    {
      failure: await failureOf(() => new SecretTokenStore(secrets, new QueueLock()).read(sessionId)),
      kept: secrets.entries.get(key),
    },
    { failure: { code: "stored_secret_unreadable", facts: { key } }, kept: "{damaged" },
  );
});

test("one session's entry under another's name is not that other's", async () => {
  const secrets = new MemorySecrets();
  const store = new SecretTokenStore(secrets, new QueueLock());
  await store.write(tokens);
  secrets.entries.set("session:other", secrets.entries.get(`session:${sessionId}`) ?? "");
  assert.deepEqual(await failureOf(() => store.read("other")), {
    code: "stored_secret_unreadable",
    facts: { key: "session:other" },
  });
});

test("a secret storage that fails is not taken for a person who signed out", async () => {
  const secrets = new MemorySecrets();
  secrets.get = async () => {
    throw new Error("keychain locked");
  };
  await assert.rejects(new SecretTokenStore(secrets, new QueueLock()).read(sessionId), { message: "keychain locked" });
});

test("an entry of a newer version stays byte for byte when a sign-in would take its place; a damaged one gives way", () =>
  fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.integer({ min: 2 }),
      fc.constantFrom("{damaged", "null", '{"version":"2"}', ""),
      async (members, version, damaged) => {
        const key = `session:${sessionId}`;
        const text = JSON.stringify({ ...members, version });
        const secrets = new MemorySecrets({ [key]: text });
        const store = new SecretTokenStore(secrets, new QueueLock());
        const newer = { code: "stored_by_newer_version", facts: { key } };
        assert.deepEqual(
          [await failureOf(() => store.write(tokens)), await failureOf(() => store.read(sessionId))],
          [newer, newer],
        );
        assert.equal(secrets.entries.get(key), text);
        secrets.entries.set(key, damaged);
        await store.write(tokens);
        assert.deepEqual(await store.read(sessionId), tokens);
      },
    ),
  ));

test("a sign-in is taken apart once, and again when its entry is another text", async () => {
  const key = `session:${sessionId}`;
  const secrets = new MemorySecrets();
  const store = new SecretTokenStore(secrets, new QueueLock());
  await store.write(tokens);
  const [first, second] = [await store.read(sessionId), await store.read(sessionId)];
  secrets.entries.set(key, JSON.stringify({ version: 1, ...tokens, accessToken: "marked-renewed" }));
  const renewed = await store.read(sessionId);
  secrets.entries.set(key, "{damaged");
  assert.deepEqual(
    {
      isKept: first === second,
      renewed: renewed?.accessToken,
      damaged: await failureOf(() => store.read(sessionId)),
    },
    {
      isKept: true,
      renewed: "marked-renewed",
      damaged: { code: "stored_secret_unreadable", facts: { key } },
    },
  );
});
