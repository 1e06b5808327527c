import type { Json } from "./passThrough.ts";

/** The most pages that are read of one list; a server that has more is not believed. */
export const MAX_PAGES = 1000;

/**
 * All items of a list, from all of its pages.
 *
 * A `nextCursor` that is absent, `null` or no text ends the list. So does one that was seen before, which would begin
 * the same pages again, and the last page that is read at most: both are told, once.
 *
 * @param field the member of a page that has its items
 * @param read one page; `undefined` for the first one
 */
export async function allPages(
  field: string,
  read: (cursor: string | undefined) => Promise<Json>,
  onCutShort: (reason: "cursor repeated" | "too many pages") => void,
): Promise<readonly Json[]> {
  const items: Json[] = [];
  const seen = new Set<string>();
  for (let cursor: string | undefined; ; ) {
    const page = await read(cursor);
    if (Array.isArray(page[field])) for (const item of page[field] as Json[]) items.push(item);
    if (typeof page.nextCursor !== "string") return items;
    cursor = page.nextCursor;
    if (seen.has(cursor)) {
      onCutShort("cursor repeated");
      return items;
    }
    seen.add(cursor);
    if (seen.size >= MAX_PAGES) {
      onCutShort("too many pages");
      return items;
    }
  }
}
