import { byteAt, type Pieces, slice } from "../../lib/pieces.ts";
import type { MemberSpan, Span } from "./findMembers.ts";

/**
 * An object of a JSON text without one of its members, as the pieces to write one after the other.
 *
 * @param object where it stands
 */
export function withoutMember(pieces: Pieces, object: Span, { name, comma, end }: MemberSpan): Pieces {
  // The comma that goes is the one in front, unless the member is the first.
  if (comma !== undefined) return [...slice(pieces, object.start, comma), ...slice(pieces, end, object.end)];
  const after = afterSpace(pieces, end);
  const to = byteAt(pieces, after) === COMMA ? after + 1 : end;
  return [...slice(pieces, object.start, name), ...slice(pieces, to, object.end)];
}

/** The index of the first byte from `from` on that is no space. There is one in an object that has not ended. */
export function afterSpace(pieces: Pieces, from: number): number {
  let at = from;
  while ([0x20, 0x0a, 0x0d, 0x09].includes(byteAt(pieces, at))) at++;
  return at;
}

const COMMA = 0x2c;
