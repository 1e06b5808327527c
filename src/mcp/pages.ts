import { MAX_LISTED, MAX_LISTED_TEXT, MAX_PAGES } from "../lib/limits.ts";
import type { Json } from "./passThrough.ts";

/** The cursor of a page that was longer than anybody reads, in the place of its own: what is behind it cannot be asked for. */
export const UNREAD = "\0unread";

/** What names the next page to the server that gave it, in the form in which it gave it. */
export type Cursor = string | number;

/**
 * The cursor of the page after this one. A text by the revisions (2025-11-25, server/utilities/pagination), which servers were
 * seen to write as the number that it is to them.
 *
 * @returns `undefined` at the end of the list, and for what is no cursor
 */
export const nextCursorOf = ({ nextCursor }: Json): Cursor | undefined =>
  typeof nextCursor === "string" || Number.isFinite(nextCursor) ? (nextCursor as Cursor) : undefined;

/** Why a list ends before its server ended it. */
export type CutShort =
  | "cursor repeated"
  | "cursor refused"
  | "cursor of another kind"
  | "too many pages"
  | "too many items"
  | "too much text";

export interface Pager {
  /** Reads one page; `undefined` for the first. */
  readonly read: (cursor: Cursor | undefined) => Promise<Json>;
  /** Whether the server answered that it does not take what was asked. */
  readonly isRefusal: (error: unknown) => boolean;
  readonly onCutShort: (reason: CutShort) => void;
}

/**
 * Reads all items of a list, from all of its pages.
 *
 * The list ends at a `nextCursor` that is absent, `null` or `false`. It is cut short, and reported so, at a cursor
 * that was seen before, which would start the same pages again, at one that is neither a text nor a number, and after
 * `MAX_PAGES`, `MAX_LISTED` or `MAX_LISTED_TEXT`. Where pages came again already, each item is in the list once.
 *
 * @param field the member of a page that holds its items
 */
export async function allPages(field: string, pager: Pager): Promise<readonly Json[]> {
  const { onCutShort } = pager;
  const items: Json[] = [];
  const seen = new Set<Cursor>();
  let characters = 0;
  for (let cursor: Cursor | undefined; ; ) {
    const page = await pageBehind(cursor, pager);
    if (page === undefined) {
      onCutShort("cursor refused");
      return items;
    }
    const more = Array.isArray(page[field]) ? (page[field] as Json[]) : [];
    const next = nextCursorOf(page);
    if (next !== undefined) characters += String(next).length;
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
    if (next === undefined) {
      if (page.nextCursor) onCutShort("cursor of another kind");
      return items;
    }
    if (next === UNREAD || characters > MAX_LISTED_TEXT) {
      onCutShort("too much text");
      return items;
    }
    cursor = next;
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

/**
 * The page that a cursor names. A number is sent as it came, since whoever gives numbers mostly takes them, and else as the text
 * that the revisions ask for.
 *
 * @returns `undefined` where the server takes neither: what was read before is no worse for it
 */
async function pageBehind(cursor: Cursor | undefined, { read, isRefusal }: Pager): Promise<Json | undefined> {
  if (typeof cursor !== "number") return await read(cursor);
  for (const form of [cursor, String(cursor)]) {
    try {
      return await read(form);
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }
  return undefined;
}
