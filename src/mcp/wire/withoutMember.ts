import type { Span } from "./findMembers.ts";
import { afterSpace, COMMA } from "./jsonText.ts";

/**
 * An object of a JSON text without one of its members, as the pieces to write one after the other.
 *
 * @param object where it stands
 * @param value where the member's value stands
 * @returns `undefined` where the name stands there in a form with escapes
 */
export function withoutMember(
  bytes: Uint8Array,
  object: Span,
  value: Span,
  name: string,
): readonly Uint8Array[] | undefined {
  const colon = beforeSpace(bytes, value.start);
  const nameEnd = beforeSpace(bytes, colon - 1);
  const start = nameEnd - name.length - 2;
  if (start <= object.start || !reads(bytes, start, `"${name}"`)) return undefined;
  const before = beforeSpace(bytes, start);
  const after = afterSpace(bytes, value.end);
  // The comma that goes is the one in front, unless the member is the first.
  const isFirst = bytes[before - 1] !== COMMA;
  const from = isFirst ? start : before - 1;
  const to = isFirst && bytes[after] === COMMA ? after + 1 : value.end;
  return [bytes.subarray(object.start, from), bytes.subarray(to, object.end)];
}

/** @returns the index after the last byte before `from` that is no space */
function beforeSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at > 0 && [0x20, 0x0a, 0x0d, 0x09].includes(bytes[at - 1] as number)) at--;
  return at;
}

function reads(bytes: Uint8Array, from: number, text: string): boolean {
  for (let at = 0; at < text.length; at++) if (bytes[from + at] !== text.charCodeAt(at)) return false;
  return true;
}
