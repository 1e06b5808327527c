import type { Span } from "./findMembers.ts";

/** A part of a text that is to be another one. */
export interface Edit {
  readonly span: Span;
  /** What stands in its place. */
  readonly by: Uint8Array;
}

/**
 * A text with some of its parts replaced, as the pieces to write one after the other. What stays is not copied.
 *
 * @param edits in the order in which they stand in the text, none over another
 */
export function spliced(bytes: Uint8Array, edits: readonly Edit[]): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const { span, by } of edits) {
    if (span.start < from) throw new RangeError("edits have to be in order and apart");
    pieces.push(bytes.subarray(from, span.start), by);
    from = span.end;
  }
  pieces.push(bytes.subarray(from));
  return pieces.filter(({ length }) => length > 0);
}

/** The pieces as one text. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0] as Uint8Array;
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
