import { MAX_LISTED, MAX_LISTED_CHARACTERS, MAX_PAGES } from "../lib/limits.ts";
import type { Json } from "./passThrough.ts";

/**
 * Reads all items of a list, from all of its pages.
 *
 * The list ends at a `nextCursor` that is absent, `null` or not a string. It is cut short, and reported so, at a cursor
 * that was seen before, which would start the same pages again, and after `MAX_PAGES`, `MAX_LISTED` or `MAX_LISTED_CHARACTERS`. Where pages came
 * again already, each item is in the list once.
 *
 * @param field the member of a page that holds its items
 * @param read reads one page; `undefined` for the first
 */
export async function allPages(
  field: string,
  read: (cursor: string | undefined) => Promise<Json>,
  onCutShort: (reason: "cursor repeated" | "too many pages" | "too many items" | "too much text") => void,
): Promise<readonly Json[]> {
  const items: Json[] = [];
  const seen = new Set<string>();
  let characters = 0;
  for (let cursor: string | undefined; ; ) {
    const page = await read(cursor);
    const more = Array.isArray(page[field]) ? (page[field] as Json[]) : [];
    // One page is a message, which has a limit of its own.
    const isMore = items.length > 0 || typeof page.nextCursor === "string";
    if (isMore) characters += JSON.stringify(more).length + String(page.nextCursor ?? "").length;
    if (characters > MAX_LISTED_CHARACTERS) {
      onCutShort("too much text");
      return items;
    }
    for (const item of more) items.push(item);
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
