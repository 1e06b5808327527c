import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";
import { MAX_DEPTH } from "../../lib/limits.ts";
import { type Pieces, slice, textOf } from "../../lib/pieces.ts";
import { isDeeperThan } from "./depth.ts";
import { BACKSLASH, QUOTE } from "./jsonString.ts";

const [COLON, BEGIN_ARRAY, END_ARRAY, BEGIN_OBJECT, END_OBJECT] = [0x3a, 0x5b, 0x5d, 0x7b, 0x7d];

/** What came of an answer with a list: with the items that came whole, and with its id where that stands in front of the result. */
export interface BegunList {
  readonly id?: unknown;
  readonly result: JsonObject;
}

/**
 * An answer with a list, from the beginning of one that is longer than anybody reads.
 *
 * @param field the member of the result that holds the items
 * @returns `undefined` where the list does not begin in it, or where it is no JSON
 */
export function startOfList(pieces: Pieces, field: string): BegunList | undefined {
  const end = endOfItems(pieces, field);
  if (end === undefined) return undefined;
  const start = slice(pieces, 0, end);
  if (isDeeperThan(start, MAX_DEPTH)) return undefined;
  try {
    const { id, result } = JSON.parse(`${textOf(start)}]}}`) as JsonObject;
    return isJsonObject(result) ? { id, result } : undefined;
  } catch {
    return undefined;
  }
}

/** Where the last item ends that came whole. Only brackets, strings and colons are looked at. */
function endOfItems(pieces: Pieces, field: string): number | undefined {
  /** The name of the member that is being read, of the message and of its result. */
  const names: (string | undefined)[] = [];
  let [open, end] = [0, undefined as number | undefined];
  let [stringAt, stringEnd] = [-1, -1];
  let [offset, ahead] = [0, 0];
  for (const bytes of pieces) {
    let at = ahead;
    for (; at < bytes.length; at++) {
      const byte = bytes[at];
      if (stringAt >= 0 && stringEnd < 0) {
        if (byte === BACKSLASH) at++;
        else if (byte === QUOTE) stringEnd = offset + at;
      } else if (byte === QUOTE) {
        [stringAt, stringEnd] = [offset + at, -1];
      } else if (byte === COLON && open <= 2) {
        names[open] = textOf(slice(pieces, stringAt + 1, stringEnd));
      } else if (byte === BEGIN_ARRAY || byte === BEGIN_OBJECT) {
        open++;
        if (open === 3 && byte === BEGIN_ARRAY && names[1] === "result" && names[2] === field) end = offset + at + 1;
      } else if (byte === END_ARRAY || byte === END_OBJECT) {
        open--;
        if (end !== undefined && open === 3) end = offset + at + 1;
        if (end !== undefined && open < 3) return end;
      }
    }
    ahead = at - bytes.length;
    offset += bytes.length;
  }
  return end;
}
