/*
 * Bytes that came in pieces and stay in them: what is large is there once, and nobody puts it together only to look at it.
 * Places are counted over all pieces, from the first byte of the first.
 */

export type Pieces = readonly Uint8Array[];

export const lengthOf = (pieces: Pieces): number => {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  return length;
};

/** The bytes from one place to another, as views of the pieces. */
export function slice(pieces: Pieces, start: number, end: number): Pieces {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return [only.subarray(start, end)];
  const found: Uint8Array[] = [];
  let offset = 0;
  for (const piece of pieces) {
    if (offset >= end) break;
    if (offset + piece.length > start) found.push(piece.subarray(Math.max(0, start - offset), end - offset));
    offset += piece.length;
  }
  return found;
}

/** The byte at a place; -1 after the last. */
export function byteAt(pieces: Pieces, at: number): number {
  let offset = 0;
  for (const piece of pieces) {
    if (at < offset + piece.length) return piece[at - offset] as number;
    offset += piece.length;
  }
  return -1;
}

/** All of them as one, which is a copy unless there is one alone. */
export function inOne(pieces: Pieces): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(lengthOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** What they are as text, with characters that are cut by the end of a piece. */
export function textOf(pieces: Pieces, options: { readonly ignoreBOM?: boolean } = {}): string {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return (options.ignoreBOM ? asItIs : utf8).decode(only);
  const decoder = new TextDecoder("utf-8", options);
  const parts = pieces.map((piece) => decoder.decode(piece, { stream: true }));
  return parts.join("") + decoder.decode();
}

// What is decoded at once leaves nothing in its decoder.
const utf8 = new TextDecoder();
const asItIs = new TextDecoder("utf-8", { ignoreBOM: true });
