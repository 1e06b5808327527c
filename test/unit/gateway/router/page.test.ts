import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PAGE_BYTES, type Page, pageOf } from "../../../../src/gateway/router/page.ts";
import { MAX_LISTED_TEXT } from "../../../../src/lib/limits.ts";
import { runs } from "../../../support/bulk.ts";

interface Item {
  readonly name: string;
}

/** All pages of a list, as a caller follows them. */
function pagesOf(all: readonly Item[], size: number, most?: number): readonly (readonly Item[])[] {
  const pages: (readonly Item[])[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Item> = pageOf(all, cursor, size, most) ?? assert.fail(`no page at ${cursor}`);
    pages.push(page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return pages;
}

const items = fc.array(
  fc.string({ maxLength: 20 }).map((name): Item => ({ name })),
  { maxLength: 50 },
);

test("the pages of a list have each of its items once, in order, and no more than fit", () => {
  fc.assert(
    fc.property(items, fc.nat({ max: 20 }), (all, size) => {
      const pages = pagesOf(all, size);
      assert.deepEqual(
        { all: pages.flat(), tooLong: size > 0 && pages.some(({ length }) => length > size), pages: pages.length },
        { all, tooLong: false, pages: size === 0 ? 1 : Math.max(1, Math.ceil(all.length / size)) },
      );
    }),
    runs(1000),
  );
});

test("a page ends where it would have too much text, whatever its number of items, and one item is a page", () => {
  let inPages = 0;
  fc.assert(
    fc.property(items, fc.nat({ max: 20 }), fc.integer({ min: 1, max: 200 }), (all, size, most) => {
      const pages = pagesOf(all, size, most);
      const bytes = (page: readonly Item[]) => Buffer.byteLength(JSON.stringify(page).slice(1));
      assert.deepEqual(pages.flat(), all);
      assert.ok(pages.every((page) => page.length <= 1 || bytes(page) <= most));
      // None ends for nothing.
      for (const [index, [next]] of pages.slice(1).entries()) {
        const page = pages[index] ?? [];
        assert.ok(page.length === size || (next && bytes([...page, next]) > most));
      }
      if (size === 0 && pages.length > 1) inPages += 1;
    }),
    runs(1000),
  );
  assert.ok(inPages > 2, `${inPages} lists without a size in pages`);
});

test("what a client of ours reads of one answer holds a whole page", () => {
  const tools = Array.from({ length: 90 }, (_, index): Item => ({ name: `${index}`.padEnd(100_000, "é") }));
  for (const size of [0, 50]) {
    const pages = pagesOf(tools, size);
    const sizes = pages.map((page) => Buffer.byteLength(JSON.stringify(page)));
    assert.ok(
      sizes.every((one) => one <= PAGE_BYTES + 1 && one < MAX_LISTED_TEXT),
      sizes.join(),
    );
    assert.ok(pages.length > 2 && pages.length < 8, `${pages.length}`);
  }
});

test("a cursor that no page gave is refused, and one of a list that became shorter finds nothing", () => {
  const cursors = ["", "0", "1", "-2", "2.0", "two", "99999999999", 2, null, {}];
  const three = ["a", "b", "c"].map((name): Item => ({ name }));
  assert.deepEqual(
    {
      made: cursors.filter((cursor) => pageOf(three, cursor, 2) !== undefined),
      onOnePage: pageOf(three, "2", 0),
      // Two of them fit.
      ofAnother: ["1", "2"].map((cursor) => pageOf(three, cursor, 0, 28)?.items.length),
      shorter: pageOf(three.slice(0, 1), "2", 2),
    },
    { made: [], onOnePage: undefined, ofAnother: [undefined, 1], shorter: { items: [] } },
  );
});
