/**
 * How many items a page of a list has.
 *
 * AgentCore gives its tools in pages too, unless `disableMcpListToolsPagination` is set, but AWS names no number: a
 * client has to follow `nextCursor` either way.
 */
export const PAGE_SIZE = 30;

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

/**
 * One page of a list.
 *
 * @param cursor what an earlier page gave; `undefined` for the first one
 * @param size 0 puts everything on one page
 * @returns `undefined` for a cursor that no page of this list has given
 */
export function pageOf<T>(all: readonly T[], cursor: unknown, size: number): Page<T> | undefined {
  if (cursor !== undefined && (typeof cursor !== "string" || !/^[1-9]\d{0,8}$/.test(cursor))) return undefined;
  const from = cursor === undefined ? 0 : Number(cursor);
  // A list may have become shorter since its last page: what is left of it is empty then, and no fault of the caller.
  if (size === 0) return cursor === undefined ? { items: all } : undefined;
  if (from % size !== 0) return undefined;
  const to = from + size;
  return { items: all.slice(from, to), ...(to < all.length && { nextCursor: String(to) }) };
}
