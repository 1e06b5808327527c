import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../../src/connections/connection.ts";
import { ConnectionBook, connectionId } from "../../../src/connections/connectionBook.ts";
import { QueueLock } from "../../support/fakePorts.ts";

const connection = (id: string, changes: Partial<Connection> = {}): Connection => ({
  id,
  name: id,
  url: `https://${id}.example.com/mcp`,
  authorization: { kind: "none" },
  ...changes,
});

const stored = (...connections: unknown[]) => ({ version: 1, connections });

/** Two windows with one file. */
function start(value?: unknown) {
  const place = { value, beforeRead: async () => {} };
  const lock = new QueueLock();
  const file = {
    read: async () => {
      const now = place.value;
      await place.beforeRead();
      return now;
    },
    write: async (next: unknown) => {
      place.value = next;
    },
  };
  const changes: string[] = [];
  const window = (name: string) => new ConnectionBook(file, lock, () => void changes.push(name));
  return { place, lock, changes, here: window("one"), there: window("two") };
}

test("connections of two windows come together in one list", async () => {
  const { here, there, place, changes } = start();
  await Promise.all([here.add(connection("a")), there.add(connection("b"))]);
  await here.load();
  await here.load();
  assert.deepEqual(
    { here: here.all, there: there.all, stored: place.value, changes },
    {
      here: [connection("a"), connection("b")],
      there: [connection("a"), connection("b")],
      stored: stored(connection("a"), connection("b")),
      changes: ["one", "two", "one"],
    },
  );
});

test("every change is made under one lock", async () => {
  const { here, lock } = start();
  await here.add(connection("a"));
  await here.setSession("a", "s");
  await here.remove("a");
  assert.deepEqual({ names: [...new Set(lock.names)], all: here.all }, { names: ["connections"], all: [] });
});

test("a list that was read before a change here does not undo it", async () => {
  const { here, place } = start();
  let changed: Promise<void> | undefined;
  place.beforeRead = async () => {
    place.beforeRead = async () => {};
    changed = here.add(connection("a"));
    // Long enough for a change that does not wait.
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  await here.load();
  await changed;
  assert.deepEqual(here.all, [connection("a")]);
});

test("adding again replaces, and only the session of the gateway that is named is set", async () => {
  const { here } = start(stored(connection("a"), connection("b", { sessionId: "t" })));
  await here.add(connection("a", { name: "renamed" }));
  await here.setSession("a", "s");
  const set = here.all;
  await here.setSession("a", undefined);
  await here.setSession("gone", "s");
  assert.deepEqual(
    { set, unset: here.all },
    {
      set: [connection("b", { sessionId: "t" }), connection("a", { name: "renamed", sessionId: "s" })],
      unset: [connection("b", { sessionId: "t" }), connection("a", { name: "renamed" })],
    },
  );
});

test("a gateway is found by its id, and by its address with or without the last slash", async () => {
  const { here } = start(stored(connection("a")));
  await here.load();
  assert.deepEqual(
    [here.find("a"), here.byUrl("https://a.example.com/mcp/"), here.find("b"), here.byUrl("https://a.example.com/")],
    [connection("a"), connection("a"), undefined, undefined],
  );
});

test("what is no connection is left out, and the others stay", async () => {
  const oauth = {
    kind: "oauth",
    server: { issuer: "https://login.example.com" },
    clientId: "app",
    clientSource: "configured",
    scopes: ["read"],
  };
  const good = { ...connection("good"), authorization: oauth };
  const files: unknown[] = [undefined, null, "text", [], { connections: "none" }, stored()];
  const bad = [
    null,
    "text",
    {},
    { ...connection("a"), url: "nowhere" },
    { ...connection("a"), name: 1 },
    { ...connection("a"), authorization: { kind: "other" } },
    { ...connection("a"), authorization: { ...oauth, server: {} } },
    { ...connection("a"), authorization: { ...oauth, clientId: undefined } },
    { ...connection("a"), authorization: { ...oauth, scopes: undefined } },
  ];
  const taken = [];
  for (const value of [...files, ...bad.map((one) => stored(one, good))]) {
    const { here } = start(value);
    await here.load();
    taken.push(here.all);
  }
  assert.deepEqual(taken, [...files.map(() => []), ...bad.map(() => [good])]);
});

test("an id is short, the same for the same address, and another for another", async () => {
  const ids = await Promise.all(
    ["https://a.example.com/mcp", "https://a.example.com/mcp/", "https://b.example.com/mcp"].map(connectionId),
  );
  assert.deepEqual(
    { short: ids.map((id) => /^[0-9a-f]{10}$/.test(id)), same: ids[0] === ids[1], other: ids[0] === ids[2] },
    { short: [true, true, true], same: true, other: false },
  );
});
