import { GrowingBytes } from "../../lib/growingBytes.ts";
import { MAX_EVENT_ID_BYTES, MAX_MESSAGE_BYTES } from "../../lib/limits.ts";
import { inOne, lengthOf, type Pieces, slice, textOf } from "../../lib/pieces.ts";

export interface StreamEvent {
  /** `message` where the stream names none. */
  readonly type: string;
  /** As it came, which need not be UTF-8. */
  readonly data: Pieces;
}

/** One event of a stream is larger than anybody will read. */
export class EventTooLarge extends Error {}

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;
const lineBreak = Uint8Array.of(LF);
/** The longest name of a field that is known, in bytes. */
const LONGEST_FIELD = 5;
const DATA = "data:";
const byteOrderMark = Uint8Array.of(0xef, 0xbb, 0xbf);

/**
 * Takes a stream of server-sent events apart (HTML, 9.2.5 and 9.2.6) in its bytes, as they arrive. What stands in one
 * piece and on one line, as messages do, is handed on without a copy.
 */
export class EventStream {
  readonly #maxBytes: number;
  /** The beginning of a line whose end has not come. */
  readonly #line = new GrowingBytes();
  /** The data lines of an event that has several. */
  readonly #lines = new GrowingBytes();
  #data: Pieces | undefined;
  #type = "";
  #id = "";
  #lastEventId = "";
  #isFirstLine = true;
  #endedWithCr = false;
  /** How long the server asks to wait before the next connection, in milliseconds. */
  retryMs: number | undefined;

  /** @param maxBytes the longest line that is taken, and the most data of one event */
  constructor(maxBytes: number = MAX_MESSAGE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /**
   * What a next connection would say it has seen; empty where the stream gave no ids. It is that of the last event that
   * came whole: one that broke off is to be sent again.
   */
  get lastEventId(): string {
    return this.#lastEventId;
  }

  /** What came of an event that is too large, if its data is one line. It is forgotten here. */
  takeBegun(): Pieces | undefined {
    const line = this.#line.take();
    const isData = textOf(slice(line, 0, DATA.length)) === DATA && this.#data === undefined;
    return isData ? slice(line, DATA.length, this.#maxBytes) : undefined;
  }

  /**
   * Takes the next piece of the stream, wherever it was cut.
   *
   * @returns the events that end in it
   * @throws EventTooLarge; the stream cannot be followed after it
   */
  push(piece: Uint8Array): readonly StreamEvent[] {
    const events: StreamEvent[] = [];
    let from = this.#endedWithCr && piece[0] === LF ? 1 : 0;
    if (piece.length > 0) this.#endedWithCr = piece[piece.length - 1] === CR;
    let lf = piece.indexOf(LF, from);
    let cr = piece.indexOf(CR, from);
    while (lf >= 0 || cr >= 0) {
      const end = lf < 0 || (cr >= 0 && cr < lf) ? cr : lf;
      const event = this.#take(this.#wholeLine(piece.subarray(from, end)));
      if (event !== undefined) events.push(event);
      from = end === cr && piece[end + 1] === LF ? end + 2 : end + 1;
      if (lf >= 0 && lf < from) lf = piece.indexOf(LF, from);
      if (cr >= 0 && cr < from) cr = piece.indexOf(CR, from);
    }
    if (from < piece.length) {
      this.#line.append(piece.subarray(from));
      this.#limit(this.#line.length);
    }
    return events;
  }

  /**
   * The event that the stream ended in, before the empty line that ends one. Readers of pages drop it (HTML, 9.2.6), but servers
   * were seen to leave out the line behind an answer, which nobody sends again.
   */
  end(): StreamEvent | undefined {
    if (this.#line.length > 0) this.#take(this.#wholeLine(new Uint8Array()));
    const seen = this.#lastEventId;
    const event = this.#data === undefined ? undefined : this.#dispatch();
    this.#lastEventId = seen;
    return event;
  }

  #wholeLine(end: Uint8Array): Pieces {
    let line: Pieces = [end];
    if (this.#line.length > 0 || end.length > this.#maxBytes) {
      this.#line.append(end);
      this.#limit(this.#line.length);
      line = this.#line.take();
    }
    if (!this.#isFirstLine) return line;
    this.#isFirstLine = false;
    const head = inOne(slice(line, 0, 3));
    return byteOrderMark.every((byte, at) => head[at] === byte) ? slice(line, 3, lengthOf(line)) : line;
  }

  /** @returns the event that an empty line ends */
  #take(line: Pieces): StreamEvent | undefined {
    const length = lengthOf(line);
    if (length === 0) return this.#dispatch();
    const head = inOne(slice(line, 0, LONGEST_FIELD + 2));
    const colon = head.indexOf(COLON);
    const nameEnd = colon >= 0 ? colon : length;
    const value = slice(line, colon < 0 ? length : head[colon + 1] === SPACE ? colon + 2 : colon + 1, length);
    switch (nameEnd > LONGEST_FIELD ? "" : String.fromCharCode(...head.subarray(0, nameEnd))) {
      case "data":
        this.#addData(value);
        break;
      case "event":
        this.#type = shortText(value) ?? "unknown";
        break;
      case "id": {
        const id = shortText(value);
        if (id !== undefined && !id.includes("\0")) this.#id = id;
        break;
      }
      case "retry": {
        const digits = shortText(value);
        if (digits !== undefined && /^\d+$/.test(digits)) this.retryMs = Number(digits);
        break;
      }
      default:
      // Comments, which begin with a colon, and fields of another time.
    }
    return undefined;
  }

  #addData(value: Pieces): void {
    if (this.#data === undefined) {
      this.#data = value;
    } else {
      if (this.#lines.length === 0) for (const piece of this.#data) this.#lines.append(piece);
      this.#lines.append(lineBreak);
      for (const piece of value) this.#lines.append(piece);
    }
    this.#limit(this.#lines.length);
  }

  #dispatch(): StreamEvent | undefined {
    const data = this.#lines.length > 0 ? this.#lines.take() : this.#data;
    const type = this.#type === "" ? "message" : this.#type;
    this.#lastEventId = this.#id;
    this.#data = undefined;
    this.#type = "";
    return data && { type, data };
  }

  #limit(bytes: number): void {
    if (bytes > this.#maxBytes)
      throw new EventTooLarge(`an event of the stream is larger than ${this.#maxBytes} bytes`);
  }
}

/** What a field says that is not data; `undefined` for more than any of them has to say. */
const shortText = (value: Pieces): string | undefined =>
  lengthOf(value) <= MAX_EVENT_ID_BYTES ? textOf(value, { ignoreBOM: true }) : undefined;
