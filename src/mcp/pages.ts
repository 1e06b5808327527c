import { MAX_LISTED, MAX_LISTED_TEXT, MAX_PAGES } from "../lib/limits.ts";
import type { Json } from "./passThrough.ts";

/** The cursor of a page that was longer than anybody reads, in the place of its own: what is behind it cannot be asked for. */
export const UNREAD = "\0unread";

/**
 * Reads all items of a list, from all of its pages.
 *
 * The list ends at a `nextCursor` that is absent, `null` or not a string. It is cut short, and reported so, at a cursor
 * that was seen before, which would start the same pages again, and after `MAX_PAGES`, `MAX_LISTED` or `MAX_LISTED_TEXT`.
 * Where pages came again already, each item is in the list once.
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
    if (typeof page.nextCursor === "string") characters += page.nextCursor.length;
    for (const item of more) {
      // A page is a thousand times as large as an item, and would be there twice.
      characters += JSON.stringify(item)?.length ?? 0;
      const isTooMuch = characters > MAX_LISTED_TEXT;
      if (isTooMuch || items.length === MAX_LISTED) {
        onCutShort(isTooMuch ? "too much text" : "too many items");
        return items;
      }
      items.push(item);
    }
    if (typeof page.nextCursor !== "string") return items;
    if (page.nextCursor === UNREAD || characters > MAX_LISTED_TEXT) {
      onCutShort("too much text");
      return items;
    }
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
