import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_LISTED, MAX_LISTED_TEXT, MAX_PAGES } from "../../../src/lib/limits.ts";
import { allPages, UNREAD } from "../../../src/mcp/pages.ts";
import type { Json } from "../../../src/mcp/passThrough.ts";

/** Reads pages of a server that gives one after the other, and the last for ever. @param refuses which cursors it does not take */
async function read(pages: readonly Json[], refuses: (cursor: unknown) => boolean = () => false) {
  const cursors: unknown[] = [];
  const told: string[] = [];
  let given = 0;
  const items = await allPages("tools", {
    read: async (cursor) => {
      cursors.push(cursor);
      if (refuses(cursor)) throw new Error("refused");
      return pages[Math.min(++given, pages.length) - 1] ?? {};
    },
    isRefusal: (error) => (error as Error).message === "refused",
    onCutShort: (reason) => told.push(reason),
  });
  return { items, cursors, told };
}

test("all pages are one list, and an absent cursor is its end", async () => {
  assert.deepEqual(await read([{ tools: [1, 2], nextCursor: "a" }, { tools: [3], nextCursor: "b" }, { tools: [4] }]), {
    items: [1, 2, 3, 4],
    cursors: [undefined, "a", "b"],
    told: [],
  });
});

for (const [name, nextCursor, told] of [
  ["null", null, []],
  ["false", false, []],
  ["true", true, ["cursor of another kind"]],
  ["an object", {}, ["cursor of another kind"]],
  ["a list", [2], ["cursor of another kind"]],
] as const) {
  test(`${name} as cursor ends a list after its one page${told.length > 0 ? ", and it is told" : ""}`, async () => {
    assert.deepEqual(await read([{ tools: [1], nextCursor }]), { items: [1], cursors: [undefined], told });
  });
}

const numbered = [{ tools: [1], nextCursor: 0 }, { tools: [2], nextCursor: 2.5 }, { tools: [3] }];

test("a number is a cursor that is handed back as it came", async () => {
  assert.deepEqual(await read(numbered), { items: [1, 2, 3], cursors: [undefined, 0, 2.5], told: [] });
});

test("a number that the server does not take is handed back as a text", async () => {
  assert.deepEqual(await read(numbered, (cursor) => typeof cursor === "number"), {
    items: [1, 2, 3],
    cursors: [undefined, 0, "0", 2.5, "2.5"],
    told: [],
  });
});

test("a number that the server does not take in any form ends the list, and it is told", async () => {
  assert.deepEqual(await read(numbered, (cursor) => cursor !== undefined), {
    items: [1],
    cursors: [undefined, 0, "0"],
    told: ["cursor refused"],
  });
});

test("what is no refusal is thrown, also behind a number", async () => {
  const reading = allPages("tools", {
    read: async (cursor) => {
      if (cursor !== undefined) throw new Error("away");
      return { tools: [1], nextCursor: 1 };
    },
    isRefusal: () => false,
    onCutShort: () => assert.fail(),
  });
  await assert.rejects(reading, /away/);
});

test("a number that was seen before ends a list, and is told once", async () => {
  assert.deepEqual(await read([{ tools: [1], nextCursor: 1 }]), {
    items: [1],
    cursors: [undefined, 1],
    told: ["cursor repeated"],
  });
});

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
  const items = await allPages("tools", {
    read: async () => ({ tools: [++reads], nextCursor: String(reads) }),
    isRefusal: () => false,
    onCutShort: (reason) => told.push(reason),
  });
  assert.deepEqual(
    { reads, items: items.length, told },
    { reads: MAX_PAGES, items: MAX_PAGES, told: ["too many pages"] },
  );
});

test("a list whose pages are large ends before it is larger than one may be", async () => {
  const text = "x".repeat(1024 * 1024);
  let reads = 0;
  const told: string[] = [];
  const pager = (page: () => Json) => ({
    read: async () => page(),
    isRefusal: () => false,
    onCutShort: (reason: string) => told.push(reason),
  });
  const items = await allPages(
    "tools",
    pager(() => ({ tools: [{ text }], nextCursor: String(++reads) })),
  );
  const most = Math.floor(MAX_LISTED_TEXT / text.length) - 1;
  const long = await allPages(
    "tools",
    pager(() => ({ tools: [], nextCursor: `${++reads}${text}` })),
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
