import { MAX_LISTED, MAX_PAGES } from "../lib/limits.ts";
import type { Json } from "./passThrough.ts";

/**
 * Reads all items of a list, from all of its pages.
 *
 * The list ends at a `nextCursor` that is absent, `null` or not a string. It is cut short, and reported so, at a cursor
 * that was seen before, which would start the same pages again, and after `MAX_PAGES` or `MAX_LISTED`. Where pages came
 * again already, each item is in the list once.
 *
 * @param field the member of a page that holds its items
 * @param read reads one page; `undefined` for the first
 */
export async function allPages(
  field: string,
  read: (cursor: string | undefined) => Promise<Json>,
  onCutShort: (reason: "cursor repeated" | "too many pages" | "too many items") => void,
): Promise<readonly Json[]> {
  const items: Json[] = [];
  const seen = new Set<string>();
  for (let cursor: string | undefined; ; ) {
    const page = await read(cursor);
    if (Array.isArray(page[field])) for (const item of page[field] as Json[]) items.push(item);
    if (items.length > MAX_LISTED) {
      onCutShort("too many items");
      return items.slice(0, MAX_LISTED);
    }
    if (typeof page.nextCursor !== "string") return items;
    cursor = page.nextCursor;
    if (seen.has(cursor)) {
      onCutShort("cursor repeated");
      return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
    }
    seen.add(cursor);
    if (seen.size >= MAX_PAGES) {
      onCutShort("too many pages");
      return items;
    }
  }
}
