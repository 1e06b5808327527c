import { GrowingBytes } from "./growingBytes.ts";
import { MAX_WORDS_BYTES } from "./limits.ts";
import { inOne, type Pieces } from "./pieces.ts";

/** An HTTP request to a server. `fetch` takes it as it is. */
export interface HttpRequest {
  /** GET when absent. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** No redirect is followed below us. */
  readonly redirect?: "manual";
}

/** The answer, of which a `Response` is one. Whoever asked reads its body or cancels it. */
export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly ok: boolean;
  readonly headers: { get(name: string): string | null };
  readonly body: HttpBody | null;
}

export interface HttpBody extends AsyncIterable<Uint8Array> {
  cancel(): Promise<void>;
}

/**
 * The way out to a server: `fetch` itself in the editor, which knows its proxy and certificates, and in programs what
 * costs them less.
 *
 * @throws TypeError as `fetch` does, or the reason of the request's signal
 */
export type HttpFetch = (url: string | URL, request?: HttpRequest) => Promise<HttpAnswer>;

/** An answer is larger than anybody will read. */
export class AnswerTooLarge extends Error {
  override readonly name = "AnswerTooLarge";
  /** The most that would have been read, in bytes. */
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super(`the answer is larger than ${sizeText(maxBytes)}`);
    this.maxBytes = maxBytes;
  }
}

/** A limit in words. */
export const sizeText = (bytes: number): string =>
  bytes >= 1024 * 1024 ? `${Math.round(bytes / 1024 / 1024)} MiB` : `${Math.round(bytes / 1024)} KiB`;

/** Whether reading was given up for its size. By name, since each bundle has a class of its own. */
export const isTooLarge = (error: unknown): error is AnswerTooLarge =>
  error instanceof Error && error.name === "AnswerTooLarge";

/**
 * Reads a body, in the pieces in which it came, up to a size.
 *
 * @throws as the body does
 */
export async function bodyStart(
  body: HttpBody | null,
  maxBytes: number,
): Promise<{ readonly pieces: Pieces; readonly isWhole: boolean }> {
  const read = new GrowingBytes();
  for await (const piece of body ?? []) {
    const room = maxBytes - read.length;
    read.append(piece.length > room ? piece.subarray(0, room) : piece);
    // Leaving the loop cancels the body.
    if (piece.length > room) return { pieces: read.take(), isWhole: false };
  }
  return { pieces: read.take(), isWhole: true };
}

/** Reads all of a body. @throws AnswerTooLarge, or as the body does */
async function bodyPieces(body: HttpBody | null, maxBytes: number): Promise<Pieces> {
  const { pieces, isWhole } = await bodyStart(body, maxBytes);
  if (!isWhole) throw new AnswerTooLarge(maxBytes);
  return pieces;
}

/** The same in one. @throws AnswerTooLarge, or as the body does */
export async function wholeBody(body: HttpBody | null, maxBytes: number): Promise<Uint8Array> {
  return inOne(await bodyPieces(body, maxBytes));
}

/** Reads a body that nobody wants to the end, so that its connection can be used again. */
export async function drained(body: HttpBody | null): Promise<void> {
  await wholeBody(body, MAX_WORDS_BYTES).catch(() => {});
}

/** What an answer says that is an error; `null` where it cannot be read. */
export async function wordsOf(body: HttpBody | null): Promise<string | null> {
  return await wholeBody(body, MAX_WORDS_BYTES).then(
    (bytes) => utf8.decode(bytes),
    () => null,
  );
}

/** An answer whose body was read, to be read again. */
export const withText = ({ status, statusText, ok, headers }: HttpAnswer, text: string): HttpAnswer => ({
  ...{ status, statusText, ok, headers },
  body: {
    async *[Symbol.asyncIterator]() {
      yield new TextEncoder().encode(text);
    },
    async cancel() {},
  },
});

const utf8 = new TextDecoder();
