import type { Readable } from "node:stream";

const LF = 10;

/**
 * What takes a line, without its end.
 *
 * @param isWhole whether it is all of the line: of one that is too long the beginning is handed on, and the rest is dropped
 */
export type TakeLine = (line: Buffer, isWhole: boolean) => void;

/** Who may have enough of a line before it is too long. */
export interface EnoughOfLine {
  /** How much of a line comes before it is asked, in bytes. */
  readonly bytes: number;
  /** Asked once about such a line. Where it is enough, the rest is dropped, and nothing of the line is handed on. */
  readonly isEnough: (begun: readonly Buffer[]) => boolean;
}

/** Takes a stream apart into its lines, in the bytes that they came in. A program may write without ever ending one. */
export class Lines {
  readonly #maxBytes: number;
  readonly #take: TakeLine;
  #parts: Buffer[] = [];
  #bytes = 0;
  readonly #enough: EnoughOfLine | undefined;
  #isDropping = false;
  #isAsked = false;

  /** @param maxBytes how long a line may be, without its end */
  constructor(maxBytes: number, take: TakeLine, enough?: EnoughOfLine) {
    this.#maxBytes = maxBytes;
    this.#take = take;
    this.#enough = enough;
  }

  /** Takes the next piece of the stream, wherever it was cut. */
  push(piece: Buffer): void {
    let rest = piece;
    for (let end = rest.indexOf(LF); end >= 0; end = rest.indexOf(LF)) {
      this.#add(rest.subarray(0, end));
      if (!this.#isDropping) this.#hand(true);
      this.#isDropping = false;
      this.#isAsked = false;
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) this.#add(rest);
  }

  #add(part: Buffer): void {
    if (this.#isDropping) return;
    const room = this.#maxBytes - this.#bytes;
    this.#parts.push(part.subarray(0, room));
    this.#bytes += part.length;
    if (this.#hasEnough()) {
      this.#isDropping = true;
      this.#taken();
      return;
    }
    if (part.length <= room) return;
    this.#isDropping = true;
    this.#hand(false);
  }

  #hasEnough(): boolean {
    if (this.#enough === undefined || this.#isAsked || this.#bytes <= this.#enough.bytes) return false;
    this.#isAsked = true;
    return this.#enough.isEnough(this.#parts);
  }

  #taken(): readonly Buffer[] {
    const parts = this.#parts;
    this.#parts = [];
    this.#bytes = 0;
    return parts;
  }

  #hand(isWhole: boolean): void {
    const parts = this.#taken();
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
