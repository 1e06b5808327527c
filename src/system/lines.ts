import type { Readable } from "node:stream";

const LF = 10;

/**
 * What takes a line, without its end.
 *
 * @param isWhole whether it is all of the line: of one that is too long the beginning is handed on, and the rest is dropped
 */
export type TakeLine = (line: Buffer, isWhole: boolean) => void;

/** Takes a stream apart into its lines, in the bytes that they came in. A program may write without ever ending one. */
export class Lines {
  readonly #maxBytes: number;
  readonly #take: TakeLine;
  #parts: Buffer[] = [];
  #bytes = 0;
  #isDropping = false;

  /** @param maxBytes how long a line may be, without its end */
  constructor(maxBytes: number, take: TakeLine) {
    this.#maxBytes = maxBytes;
    this.#take = take;
  }

  /** Takes the next piece of the stream, wherever it was cut. */
  push(piece: Buffer): void {
    let rest = piece;
    for (let end = rest.indexOf(LF); end >= 0; end = rest.indexOf(LF)) {
      this.#add(rest.subarray(0, end));
      if (!this.#isDropping) this.#hand(true);
      this.#isDropping = false;
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) this.#add(rest);
  }

  #add(part: Buffer): void {
    if (this.#isDropping) return;
    const room = this.#maxBytes - this.#bytes;
    this.#parts.push(part.subarray(0, room));
    this.#bytes += part.length;
    if (part.length <= room) return;
    this.#isDropping = true;
    this.#hand(false);
  }

  #hand(isWhole: boolean): void {
    const parts = this.#parts;
    this.#parts = [];
    this.#bytes = 0;
    this.#take(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts), isWhole);
  }
}

/** Hands on each line of a stream of text as it comes. */
export function eachLine(stream: Readable, maxBytes: number, take: (line: string, isWhole: boolean) => void): void {
  const lines = new Lines(maxBytes, (line, isWhole) => take(line.toString("utf8").replace(/\r$/, ""), isWhole));
  stream.on("data", (piece: Buffer) => lines.push(piece));
  // What ends without a line break is a line as well.
  stream.once("end", () => lines.push(Buffer.from([LF])));
}
