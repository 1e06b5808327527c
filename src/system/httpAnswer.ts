import type { IncomingMessage } from "node:http";
import { pipeline, type Readable } from "node:stream";

/** The answer to an HTTP request. A `Response` of `fetch` can take its place, whose body can be iterated in Node too. */
export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly ok: boolean;
  readonly headers: {
    /** @returns null where there is none; several are put together with commas */
    get(name: string): string | null;
  };
  readonly body: HttpBody;
  /**
   * All of the body as text.
   *
   * @param maxBytes the largest that is read
   * @throws BodyTooLarge, or as `HttpBody` does
   */
  text(maxBytes: number): Promise<string>;
}

/** The bytes of an answer, as they come, and without their compression. They can be read once. */
export interface HttpBody extends AsyncIterable<Uint8Array> {
  /** Reads no more: the connection is closed, since the rest of the answer would come on it. */
  cancel(): Promise<void>;
}

export class BodyTooLarge extends Error {}

/** @param signal has ended what it ends, and its reason is the error that a reader gets */
export function httpAnswer(incoming: IncomingMessage, signal: AbortSignal | undefined): HttpAnswer {
  const status = incoming.statusCode ?? 0;
  const body: HttpBody = {
    async *[Symbol.asyncIterator]() {
      try {
        yield* (await plain(incoming)) as AsyncIterable<Uint8Array>;
      } catch (cause) {
        throw signal?.aborted ? signal.reason : new TypeError("terminated", { cause });
      }
    },
    async cancel() {
      incoming.destroy();
    },
  };
  return {
    status,
    statusText: incoming.statusMessage ?? "",
    ok: status >= 200 && status < 300,
    headers: {
      get(name) {
        const value = incoming.headers[name.toLowerCase()];
        return value === undefined ? null : String(value);
      },
    },
    body,
    text: async (maxBytes) => new TextDecoder().decode(await whole(body, maxBytes)),
  };
}

/** The body without its compression. */
async function plain(incoming: IncomingMessage): Promise<Readable> {
  const encoding = incoming.headers["content-encoding"]?.toLowerCase() ?? "";
  if (!["gzip", "x-gzip", "br"].includes(encoding)) return incoming;
  // Seldom needed by a program that runs beside its server, and not quick to load.
  const { constants, createBrotliDecompress, createGunzip } = await import("node:zlib");
  // What was not ended yet is handed on as well, since events come one by one.
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = constants;
  const decoder =
    encoding === "br"
      ? createBrotliDecompress({ flush: BROTLI_OPERATION_FLUSH })
      : createGunzip({ flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH });
  // What goes wrong in one of them ends both.
  return pipeline(incoming, decoder, () => {});
}

async function whole(body: HttpBody, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new BodyTooLarge(`the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
}
