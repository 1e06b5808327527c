import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Connection } from "../../../src/connections/connection.ts";
import { ConnectionBook, connectionId } from "../../../src/connections/connectionBook.ts";
import { signOutMark } from "../../../src/connections/signOut/signOutMarks.ts";
import { readRecordList } from "../../../src/lib/json/recordList.ts";
import { webAddress } from "../../support/anyText.ts";
import { failureOf, QueueLock } from "../../support/fakePorts.ts";

const connection = (id: string, changes: Partial<Connection> = {}): Connection => ({
  id,
  name: id,
  url: `https://${id}.example.com/mcp`,
  authorization: { kind: "none" },
  ...changes,
});

const stored = (...connections: unknown[]) => ({ version: 2, connections });

/** Two windows with one file. */
function start(value?: unknown) {
  const place = {
    text: value === undefined ? undefined : JSON.stringify(value),
    beforeRead: async () => {},
  };
  const lock = new QueueLock();
  const file = {
    path: "connections.json",
    read: async () => {
      const now = place.text;
      await place.beforeRead();
      return now;
    },
    write: async (next: string) => {
      place.text = next;
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
    { here: here.all, there: there.all, stored: JSON.parse(place.text ?? ""), changes },
    {
      here: [connection("a"), connection("b")],
      there: [connection("a"), connection("b")],
      stored: stored(connection("a"), connection("b")),
      changes: ["one", "two", "one"],
    },
  );
});

test("every change is made under one lock, and one that changes nothing writes nothing", async () => {
  const { here, lock, place, changes } = start();
  await here.add(connection("a"));
  await here.remove("a", 1);
  const before = { text: place.text, changes: changes.length };
  const read = await here.change(async ({ connections }) => ({ result: connections }));
  assert.deepEqual(
    { names: [...new Set(lock.names)], all: here.all, read, after: { text: place.text, changes: changes.length } },
    { names: ["connections"], all: [], read: [], after: before },
  );
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

test("adding again brings a connection up to date in its place, and what the new one does not say stays", async () => {
  const { here } = start(stored(connection("a", { sessionId: "s" }), connection("b", { sessionId: "t" })));
  await here.add(connection("a", { name: "renamed" }));
  assert.deepEqual(here.all, [
    connection("a", { name: "renamed", sessionId: "s" }),
    connection("b", { sessionId: "t" }),
  ]);
});

test("a connection that is removed leaves a mark for the sign-ins to it that are on their way, for a day", async () => {
  const day = 24 * 3_600_000;
  const { here } = start(stored(connection("a"), connection("b")));
  const marks = () => here.change(async ({ signOuts }) => ({ result: signOuts }));
  const marked = async () => ["a", "b"].map(async (id) => signOutMark(await marks(), id) !== undefined);
  const before = await Promise.all(await marked());
  await here.remove("a", 1000);
  const first = signOutMark(await marks(), "a");
  await here.add(connection("a"));
  await here.remove("a", 1000);
  const again = signOutMark(await marks(), "a");
  const later = await Promise.all(await marked());
  await here.remove("b", 1001 + day);
  assert.deepEqual(
    { before, isAnother: first !== again, later, next: await Promise.all(await marked()) },
    { before: [false, false], isAnother: true, later: [true, false], next: [false, true] },
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
  const files: unknown[] = [undefined, {}, stored()];
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

test("what cannot be read is refused at every read and every change, and left as it was", async () => {
  const texts = ["", " ", "{damaged", "null", '"text"', "[]", '{"connections":"none"}', '{"connections":{"a":1}}'];
  const found = [];
  for (const text of texts) {
    const { here, place } = start();
    place.text = text;
    const failures = [
      await failureOf(() => here.load()),
      await failureOf(() => here.add(connection("a"))),
      await failureOf(() => here.remove("a", 1)),
    ];
    found.push([failures.map((one) => (one as { code?: string }).code), place.text === text]);
  }
  const refused = ["file_damaged", "file_damaged", "file_damaged"];
  assert.deepEqual(
    found,
    texts.map(() => [refused, true]),
  );
});

/** Records no version of today writes: any value but a connection, spelled in any way that JSON allows. */
const unknownRecord = fc
  .oneof(
    fc.jsonValue(),
    fc.record({
      id: fc.string(),
      name: fc.string(),
      url: webAddress("http", "https"),
      authorization: fc.record({ kind: fc.string() }),
    }),
  )
  .filter((value) => (value as { authorization?: { kind?: unknown } } | null)?.authorization?.kind !== "none")
  .chain((value) =>
    fc.constantFrom(undefined, 1, 4, "\t").map((indent) => JSON.stringify(value, null, indent) as string),
  );

test("records and members that this version does not know stay byte for byte, whatever changes beside them", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(unknownRecord, { maxLength: 4 }),
      unknownRecord,
      fc.integer({ min: 2, max: 9 }),
      async (unknown, member, version) => {
        const { here, there, place } = start();
        const known = JSON.stringify(connection("a", { sessionId: "s" }));
        const [first, ...rest] = unknown;
        const records = [...(first === undefined ? [] : [first]), known, ...rest];
        place.text = `{"version":${version},"newer":${member},"connections":[${records.join(",")}]}`;
        await here.load();
        await here.add(connection("b"));
        await there.add(connection("a", { name: "renamed" }));
        await here.remove("b", 1);
        const texts = readRecordList(place.text, "connections")?.records.map(({ text }) => text) ?? [];
        assert.deepEqual(
          texts.filter((text) => !text.includes('"renamed"')),
          unknown,
        );
        assert.equal(texts.length, records.length);
        assert.ok(place.text.includes(`"newer": ${member}`));
        assert.equal(JSON.parse(place.text).version, version);
      },
    ),
  ));

test("a connection that is left alone keeps its text, with what a newer version put into it", async () => {
  const { here, place } = start();
  const text =
    '{ "id":"a", "url":"https://a.example.com/mcp", "name":"a", "authorization":{"kind":"none"}, "color":1.0 }';
  place.text = `{"version":2,"connections":[${text}]}`;
  await here.add(connection("b"));
  assert.ok(place.text.includes(text));
  await here.add(connection("a", { name: "renamed" }));
  assert.deepEqual(
    JSON.parse(place.text).connections.map(({ name, color }: { name: string; color?: number }) => [name, color]),
    [
      ["renamed", 1],
      ["b", undefined],
    ],
  );
});

test("sign-ins in use when the list kept no consents count as agreed to, and those of later lists do not", async () => {
  const connections = [connection("a", { sessionId: "s" }), connection("b")];
  const { here, there, place } = start({ version: 1, connections });
  await here.load();
  await here.add(connection("c"));
  await there.load();
  const later = start({ version: 2, connections });
  await later.here.load();
  const agreed = connection("a", { sessionId: "s", sharing: { kind: "beforeRecords", sessionId: "s" } });
  assert.deepEqual(
    { here: here.all, there: there.all, later: later.here.all, version: JSON.parse(place.text ?? "").version },
    {
      here: [agreed, connection("b"), connection("c")],
      there: [agreed, connection("b"), connection("c")],
      later: connections,
      version: 2,
    },
  );
});
