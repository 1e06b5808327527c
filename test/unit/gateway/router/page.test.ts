import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { pageOf } from "../../../../src/gateway/router/page.ts";
import { runs } from "../../../support/bulk.ts";

test("the pages of a list have each of its items once, in order, and no more than fit", () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 50 }), fc.nat({ max: 20 }), (all, size) => {
      const pages: (readonly number[])[] = [];
      let cursor: string | undefined;
      do {
        const page = pageOf(all, cursor, size);
        pages.push(page?.items ?? []);
        cursor = page?.nextCursor;
      } while (cursor !== undefined);
      assert.deepEqual(
        { all: pages.flat(), tooLong: size > 0 && pages.some(({ length }) => length > size), pages: pages.length },
        { all, tooLong: false, pages: size === 0 ? 1 : Math.max(1, Math.ceil(all.length / size)) },
      );
    }),
    runs(1000),
  );
});

test("a cursor that no page gave is refused, and one of a list that became shorter finds nothing", () => {
  const cursors = ["", "0", "1", "-2", "2.0", "two", "99999999999", 2, null, {}];
  assert.deepEqual(
    {
      made: cursors.filter((cursor) => pageOf([1, 2, 3], cursor, 2) !== undefined),
      onOnePage: pageOf([1, 2, 3], "2", 0),
      shorter: pageOf([1], "2", 2),
    },
    { made: [], onOnePage: undefined, shorter: { items: [] } },
  );
});
