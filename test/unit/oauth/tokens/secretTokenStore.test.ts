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
  const store = new SecretTokenStore(secrets, new QueueLock());
  assert.deepEqual(await failureOf(() => store.read(sessionId)), {
    code: "secret_storage_failed",
    facts: { key: `session:${sessionId}`, act: "read", reason: "keychain locked" },
  });
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

/** A secret storage that can be locked against writing. */
class LockedSecrets extends MemorySecrets {
  isLocked = false;

  override async store(key: string, value: string): Promise<void> {
    if (this.isLocked) throw new Error("the keychain is locked");
    await super.store(key, value);
  }
}

const renewed: TokenSet = { ...tokens, accessToken: "marked-renewed" };

test("renewed tokens that the storage does not take serve from memory, and are kept as soon as it does", async () => {
  const secrets = new LockedSecrets();
  const store = new SecretTokenStore(secrets, new QueueLock());
  const isKept = [await store.writeRenewed(tokens)];
  await store.read(sessionId);
  secrets.isLocked = true;
  isKept.push(await store.writeRenewed(renewed));
  const meanwhile = [(await store.read(sessionId))?.accessToken, (await store.read(sessionId))?.accessToken];
  // Once more, before what was renewed first is kept.
  isKept.push(await store.writeRenewed({ ...renewed, accessToken: "marked-again" }));
  meanwhile.push((await store.read(sessionId))?.accessToken);
  secrets.isLocked = false;
  await store.read(sessionId);
  const other = await new SecretTokenStore(secrets, new QueueLock()).read(sessionId);
  assert.deepEqual(
    { isKept, meanwhile, other: other?.accessToken },
    {
      isKept: [true, false, false],
      meanwhile: ["marked-renewed", "marked-renewed", "marked-again"],
      other: "marked-again",
    },
  );
});

test("what another window keeps meanwhile comes before what is in memory only, and so do a sign-in and a sign-out here", async () => {
  const found = [];
  for (const meanwhile of ["another window", "a sign-in", "a sign-out"]) {
    const secrets = new LockedSecrets();
    const store = new SecretTokenStore(secrets, new QueueLock());
    await store.write(tokens);
    await store.read(sessionId);
    secrets.isLocked = true;
    await store.writeRenewed(renewed);
    secrets.isLocked = false;
    const fresh = { ...tokens, accessToken: "marked-fresh" };
    if (meanwhile === "another window") await new SecretTokenStore(secrets, new QueueLock()).write(fresh);
    if (meanwhile === "a sign-in") await store.write(fresh);
    if (meanwhile === "a sign-out") await store.delete(sessionId);
    const first = (await store.read(sessionId))?.accessToken;
    // The text that the renewal began with does not bring it back.
    await new SecretTokenStore(secrets, new QueueLock()).write(tokens);
    found.push([meanwhile, first, (await store.read(sessionId))?.accessToken]);
  }
  assert.deepEqual(found, [
    ["another window", "marked-fresh", "marked-access"],
    ["a sign-in", "marked-fresh", "marked-access"],
    ["a sign-out", undefined, "marked-access"],
  ]);
});

test("tokens of which nothing was ever kept serve from memory, and a sign-out ends them", async () => {
  const secrets = new LockedSecrets();
  const store = new SecretTokenStore(secrets, new QueueLock());
  secrets.isLocked = true;
  await store.writeRenewed(renewed);
  const before = (await store.read(sessionId))?.accessToken;
  await store.delete(sessionId);
  assert.deepEqual([before, await store.read(sessionId)], ["marked-renewed", undefined]);
});

test("an entry of a newer version is no storage that fails, and keeps renewed tokens out", async () => {
  const key = `session:${sessionId}`;
  const secrets = new MemorySecrets({ [key]: '{"version":2}' });
  const store = new SecretTokenStore(secrets, new QueueLock());
  const newer = { code: "stored_by_newer_version", facts: { key } };
  assert.deepEqual(
    [await failureOf(() => store.writeRenewed(renewed)), await failureOf(() => store.read(sessionId))],
    [newer, newer],
  );
});

test("sign-ins are changed under one lock and renewed under one each, which every version of every program takes", async () => {
  const lock = new QueueLock();
  const store = new SecretTokenStore(new MemorySecrets(), lock);
  const done = [await store.exclusively("a", async () => "changed"), await store.renewing("a", async () => "renewed")];
  await store.renewing("b", async () => {});
  assert.deepEqual(
    { done, locks: lock.names },
    { done: ["changed", "renewed"], locks: ["sign-ins", "renew-a", "renew-b"] },
  );
});

test("a copy that is on its way is nobody's sign-in, but for the store that it is on its way to", async () => {
  const secrets = new MemorySecrets();
  const there = new SecretTokenStore(secrets, new QueueLock(), { takesMoving: true });
  await there.write({ ...tokens, isMoving: true });
  const here = new SecretTokenStore(secrets, new QueueLock());
  assert.deepEqual(
    [await here.read(sessionId), await here.read(sessionId), (await there.read(sessionId))?.accessToken],
    [undefined, undefined, "marked-access"],
  );
});

test("where there is no keychain to look into, what moved there counts as signed out, and a sign-in takes its place", async () => {
  const secrets = new MemorySecrets({ [`session:${sessionId}`]: '{"version":2,"keptIn":"keychain"}' });
  const store = new SecretTokenStore(secrets, new QueueLock());
  const before = await store.read(sessionId);
  await store.write(tokens);
  assert.deepEqual([before, (await store.read(sessionId))?.accessToken], [undefined, "marked-access"]);
});
