import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_LISTED, MAX_LISTED_TEXT, MAX_PAGES } from "../../../src/lib/limits.ts";
import { allPages, UNREAD } from "../../../src/mcp/pages.ts";
import type { Json } from "../../../src/mcp/passThrough.ts";

/** Reads pages of a server that gives one after the other, and the last for ever. */
async function read(pages: readonly Json[]) {
  const cursors: unknown[] = [];
  const told: string[] = [];
  const items = await allPages(
    "tools",
    async (cursor) => {
      cursors.push(cursor);
      return pages[Math.min(cursors.length, pages.length) - 1] ?? {};
    },
    (reason) => told.push(reason),
  );
  return { items, cursors, told };
}

test("all pages are one list, and an absent cursor is its end", async () => {
  assert.deepEqual(await read([{ tools: [1, 2], nextCursor: "a" }, { tools: [3], nextCursor: "b" }, { tools: [4] }]), {
    items: [1, 2, 3, 4],
    cursors: [undefined, "a", "b"],
    told: [],
  });
});

for (const [name, nextCursor] of [
  ["null", null],
  ["a number", 7],
  ["an object", {}],
] as const) {
  test(`${name} as cursor ends a list after its one page`, async () => {
    assert.deepEqual(await read([{ tools: [1], nextCursor }]), { items: [1], cursors: [undefined], told: [] });
  });
}

test("an empty text is a cursor like any other", async () => {
  assert.deepEqual(await read([{ tools: [1], nextCursor: "" }, { tools: [2] }]), {
    items: [1, 2],
    cursors: [undefined, ""],
    told: [],
  });
});

test("a cursor that was seen before ends a list, at once or in a circle, and is told once", async () => {
  const same = await read([{ tools: [1], nextCursor: "a" }]);
  const circle = await read([
    { tools: [1], nextCursor: "a" },
    { tools: [2], nextCursor: "b" },
    { tools: [3], nextCursor: "a" },
  ]);
  assert.deepEqual(
    { same, circle },
    {
      same: { items: [1], cursors: [undefined, "a"], told: ["cursor repeated"] },
      circle: { items: [1, 2, 3], cursors: [undefined, "a", "b"], told: ["cursor repeated"] },
    },
  );
});

test("a list that never ends is read to its thousandth page", async () => {
  let reads = 0;
  const told: string[] = [];
  const items = await allPages(
    "tools",
    async () => ({ tools: [++reads], nextCursor: String(reads) }),
    (reason) => told.push(reason),
  );
  assert.deepEqual(
    { reads, items: items.length, told },
    { reads: MAX_PAGES, items: MAX_PAGES, told: ["too many pages"] },
  );
});

test("a list whose pages are large ends before it is larger than one may be", async () => {
  const text = "x".repeat(1024 * 1024);
  let reads = 0;
  const told: string[] = [];
  const page = async () => ({ tools: [{ text }], nextCursor: String(++reads) });
  const items = await allPages("tools", page, (reason) => told.push(reason));
  const most = Math.floor(MAX_LISTED_TEXT / text.length) - 1;
  const long = await allPages(
    "tools",
    async () => ({ tools: [], nextCursor: `${++reads}${text}` }),
    (reason) => told.push(reason),
  );
  assert.deepEqual([items.length, long.length, reads < 70, told], [most, 0, true, ["too much text", "too much text"]]);
});

test("a list of one large page has the items up to the size that one may be", async () => {
  const text = "x".repeat(1024 * 1024);
  const { items, cursors, told } = await read([{ tools: Array.from({ length: 20 }, () => ({ text })) }]);
  const most = Math.floor(MAX_LISTED_TEXT / text.length) - 1;
  assert.deepEqual([items.length, cursors.length, told], [most, 1, ["too much text"]]);
});

test("a page that was not read to its end ends a list, and nothing is asked for by its cursor", async () => {
  const { items, cursors, told } = await read([
    { tools: [1], nextCursor: "a" },
    { tools: [2], nextCursor: UNREAD },
  ]);
  assert.deepEqual([items, cursors, told], [[1, 2], [undefined, "a"], ["too much text"]]);
});

test("a page without the items it should have has none", async () => {
  assert.deepEqual((await read([{ nextCursor: "a" }, { tools: "none" }])).items, []);
});

test("a page that came again is in the list once", async () => {
  const page = { tools: [{ name: "a" }, { name: "b" }], nextCursor: "again" };
  const { items, cursors } = await read([page]);
  assert.deepEqual({ items, cursors }, { items: [{ name: "a" }, { name: "b" }], cursors: [undefined, "again"] });
});

test("a list of more items than anybody needs is cut short, and told so", async () => {
  const tools = Array.from({ length: MAX_LISTED / 2 + 1 }, (_, index) => index);
  const { items, cursors, told } = await read([{ tools, nextCursor: "a" }, { tools, nextCursor: "b" }, { tools: [] }]);
  assert.deepEqual([items.length, cursors, told], [MAX_LISTED, [undefined, "a"], ["too many items"]]);
});
