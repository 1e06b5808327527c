import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../../src/sandbox/identity/memoryStore.ts";

test("what a person has is forgotten together, and clients and other people stay", async () => {
  const store = new MemoryStore();
  const put = (model: string, id: string, accountId?: string) =>
    store.adapter(model).upsert(id, accountId === undefined ? {} : { accountId }, 60);
  const rows = ["Session", "Grant", "AuthorizationCode", "RefreshToken"];
  for (const model of rows) {
    await put(model, "a", "ada");
    await put(model, "g", "grace");
  }
  await put("Client", "a", "ada");
  store.forgetPerson("ada");
  const left = async (models: readonly string[], id: string) => {
    const found = await Promise.all(models.map(async (model) => (await store.adapter(model).find(id)) !== undefined));
    return models.filter((_, at) => found[at]);
  };
  const all = [...rows, "Client"];
  const afterAda = { ada: await left(all, "a"), grace: await left(all, "g") };
  store.forgetPerson();
  assert.deepEqual(
    { afterAda, afterAll: { ada: await left(all, "a"), grace: await left(all, "g") } },
    { afterAda: { ada: ["Client"], grace: rows }, afterAll: { ada: ["Client"], grace: [] } },
  );
});

test("a refresh token can be spent until it is used, revoked or too old", async () => {
  let now = 0;
  const store = new MemoryStore(() => now);
  const tokens = store.adapter("RefreshToken");
  for (const id of ["kept", "used", "revoked"]) {
    await tokens.upsert(id, { grantId: id === "revoked" ? "g1" : "g2" }, 60);
  }
  await tokens.consume("used");
  await tokens.revokeByGrantId("g1");
  const spendable = () => ["kept", "used", "revoked", "never"].filter((id) => store.isGood(id));
  const early = spendable();
  now = 61_000;
  assert.deepEqual({ early, late: spendable() }, { early: ["kept"], late: [] });
});

test("a used refresh token looks unused for its grace, counted from the first use, and a code never does", async () => {
  let now = 0;
  const store = new MemoryStore(() => now, 30_000);
  const [tokens, codes] = [store.adapter("RefreshToken"), store.adapter("AuthorizationCode")];
  await tokens.upsert("token", {}, 600);
  await codes.upsert("code", {}, 600);
  await tokens.consume("token");
  await codes.consume("code");
  const look = async () => [(await tokens.find("token"))?.consumed, (await codes.find("code"))?.consumed];
  const seen: unknown[] = [[await look(), store.isGood("token")]];
  now = 29_999;
  await tokens.consume("token");
  seen.push([await look(), store.isGood("token")]);
  now = 30_000;
  seen.push([await look(), store.isGood("token")]);
  assert.deepEqual(seen, [
    [[undefined, 0], true],
    [[undefined, 0], true],
    [[0, 0], false],
  ]);
});
