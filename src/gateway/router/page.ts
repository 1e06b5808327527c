import { MAX_LISTED_TEXT } from "../../lib/limits.ts";

/**
 * How many items a page of a list has.
 *
 * AgentCore gives its tools in pages too, unless `disableMcpListToolsPagination` is set, but AWS names no number: a
 * client has to follow `nextCursor` either way.
 */
export const PAGE_SIZE = 30;

/**
 * How much a page has, in bytes of its items' JSON, however many there may be: callers, such as our own client, read no more of
 * the answer to a list, and AgentCore's has 6 MB at most. The rest is for what stands around the items.
 */
export const PAGE_BYTES = MAX_LISTED_TEXT - 64 * 1024;

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

/**
 * One page of a list.
 *
 * @param cursor what an earlier page gave; `undefined` for the first one
 * @param size 0 puts as much on a page as it may have
 * @returns `undefined` for a cursor that no page of this list has given
 */
export function pageOf<T extends object>(
  all: readonly T[],
  cursor: unknown,
  size: number,
  most = PAGE_BYTES,
): Page<T> | undefined {
  if (cursor !== undefined && (typeof cursor !== "string" || !/^[1-9]\d{0,8}$/.test(cursor))) return undefined;
  const from = cursor === undefined ? 0 : Number(cursor);
  // A list may have become shorter since its last page: what is left of it is empty then, and no fault of the caller.
  const isBegun = from === 0 || (size > 0 && from % size === 0) || [...laterPages(all, size, most)].includes(from);
  if (!isBegun) return undefined;
  const rest = all.slice(from);
  const [next] = laterPages(rest, size, most);
  return next === undefined ? { items: rest } : { items: rest.slice(0, next), nextCursor: String(from + next) };
}

/** Where each page but the first begins. One item is a page, whatever its size. */
function* laterPages(all: readonly object[], size: number, most: number): Generator<number> {
  let [items, bytes] = [0, 0];
  for (const [index, item] of all.entries()) {
    const more = bytesOf(item);
    if (items > 0 && (items === size || bytes + more > most)) {
      yield index;
      [items, bytes] = [0, 0];
    }
    items += 1;
    bytes += more;
  }
}

/** What was written once, for each page of a list that has many. */
const written = new WeakMap<object, number>();

function bytesOf(item: object): number {
  // With the comma behind it.
  const bytes = written.get(item) ?? Buffer.byteLength(JSON.stringify(item)) + 1;
  written.set(item, bytes);
  return bytes;
}
