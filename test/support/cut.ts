import { inOne, type Pieces } from "../../src/lib/pieces.ts";

/** The same bytes in pieces of at most this many. */
export function cut(pieces: Pieces, size: number): Pieces {
  const whole = inOne(pieces);
  const all: Uint8Array[] = [];
  for (let at = 0; at < whole.length; at += size) all.push(whole.subarray(at, at + size));
  return all;
}
