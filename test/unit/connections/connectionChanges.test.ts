import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../../src/connections/connection.ts";
import { ConnectionBook, withoutResource } from "../../../src/connections/connectionBook.ts";
import { failureOf, QueueLock } from "../../support/fakePorts.ts";

const oauth = {
  ...{ kind: "oauth", clientId: "app", clientSource: "configured", scopes: ["read"] },
  server: { issuer: "https://login.example.com" },
} as const;

const connection = (id: string, changes: object = {}): Connection => ({
  ...{ id, name: id, url: `https://${id}.example.com/mcp`, authorization: { kind: "none" } },
  ...changes,
});

/** A list in a file, with how often it was written, and somebody told that it changed. */
async function bookOf(list: unknown, { isCompact }: { readonly isCompact?: boolean } = {}) {
  const place = { text: typeof list === "string" ? list : JSON.stringify(list), told: 0, written: 0 };
  const file = {
    path: "connections.json",
    read: async () => place.text,
    write: async (next: string) => {
      place.text = next;
      place.written += 1;
    },
    ...(isCompact !== undefined && { isCompact }),
  };
  const tell = () => {
    place.told += 1;
  };
  return { place, book: new ConnectionBook(file, new QueueLock(), tell) };
}

const stored = (...connections: unknown[]) => ({ version: 2, connections });

test("a list is empty until it is read, and who looks is told of what changed and of nothing else", async () => {
  const { place, book } = await bookOf(stored(connection("a")));
  const seen = [book.all.length, place.told];
  await book.load();
  await book.load();
  seen.push(book.all.length, place.told);
  await book.change(async () => ({ result: undefined }));
  seen.push(place.told, place.written);
  await book.rename("a", "tools");
  seen.push(place.told, place.written);
  assert.deepEqual(seen, [0, 0, 1, 1, 1, 0, 2, 1]);
});

test("each change is of one connection: its name here, its name everywhere, who calls it, its resource", async () => {
  const resource = { authorization: { ...oauth, resource: "https://a.example.com" } };
  const b = connection("b", { ...resource, serverName: "old", isDirect: true });
  const changed: unknown[] = [];
  for (const act of [
    (book: ConnectionBook) => book.rename("a", "tools"),
    (book: ConnectionBook) => book.nameAnew("a", "tools"),
    (book: ConnectionBook) => book.setDirect("a", true),
    (book: ConnectionBook) => book.setDirect("a", false),
    (book: ConnectionBook) => book.forgetResource("a"),
  ]) {
    const { book, place } = await bookOf(stored(connection("a", { ...resource, serverName: "given" }), b));
    await act(book);
    assert.deepEqual([book.all[1], JSON.parse(place.text).connections], [b, book.all]);
    changed.push(book.all[0]);
  }
  const a = connection("a", resource);
  assert.deepEqual(changed, [
    { ...a, name: "tools", serverName: "given" },
    { ...a, name: "tools" },
    { ...a, serverName: "given", isDirect: true },
    { ...a, serverName: "given" },
    { ...a, serverName: "given", authorization: oauth },
  ]);
  const direct = await bookOf(stored(b));
  await direct.book.setDirect("b", false);
  const { isDirect: _, ...rest } = b;
  assert.deepEqual(direct.book.all, [rest]);
  assert.deepEqual(withoutResource(connection("c")), connection("c"));
});

test("AWS credentials have a profile and a region, or none; no record of another form is a connection", async () => {
  const aws = (more: object) => connection("a", { authorization: { kind: "aws", ...more } });
  const good = [aws({}), aws({ profile: "dev" }), aws({ profile: "dev", region: "eu-central-1" })];
  const bad = [
    aws({ profile: 1 }),
    aws({ region: 1 }),
    connection("a", { authorization: undefined }),
    connection("a", { authorization: { ...oauth, kind: "other" } }),
    connection("a", { authorization: { ...oauth, server: undefined } }),
    { ...connection("a"), id: 1 },
    // What is made a text of is an address.
    { ...connection("a"), url: ["https://a.example.com/mcp"] },
  ];
  const taken = [];
  for (const one of [...good, ...bad]) {
    const { book } = await bookOf(stored(one));
    await book.load();
    taken.push(book.all);
  }
  assert.deepEqual(taken, [...good.map((one) => [one]), ...bad.map(() => [])]);
});

test("a mark of a sign-out alone is written, and a version that is no number becomes today's", async () => {
  const { place, book } = await bookOf({ version: "3", connections: [connection("a", { sessionId: "s" })] });
  await book.load();
  const agreed = { kind: "beforeRecords", sessionId: "s" };
  assert.deepEqual(book.all, [connection("a", { sessionId: "s", sharing: agreed })]);
  await book.change(async () => ({ result: undefined, signOuts: { a: { mark: "m", at: 1 } } }));
  const { version, signOuts } = JSON.parse(place.text);
  assert.deepEqual([version, signOuts, place.told], [2, { a: { mark: "m", at: 1 } }, 2]);
});

test("a list that cannot be read is told with its file, and whether there was anything in it", async () => {
  const reasons = [];
  for (const text of [" \n", "[]"]) {
    const { book } = await bookOf(text);
    reasons.push(await failureOf(() => book.load()));
  }
  assert.deepEqual(reasons, [
    { code: "file_damaged", facts: { path: "connections.json", reason: "it is empty" } },
    { code: "file_damaged", facts: { path: "connections.json", reason: "it is no list of connections" } },
  ]);
});

test("a place that takes one line is given one, and another has records that a person can read", async () => {
  const texts = [];
  for (const isCompact of [true, false, undefined]) {
    const { book, place } = await bookOf(stored(), isCompact === undefined ? {} : { isCompact });
    await book.add(connection("a"));
    texts.push(place.text);
  }
  const [oneLine, readable, byItself] = texts;
  assert.equal(oneLine?.trimEnd().split("\n").length, 1);
  assert.match(readable ?? "", /\n +"name": "a"/);
  assert.equal(byItself, readable);
});
