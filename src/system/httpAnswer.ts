import type { IncomingMessage } from "node:http";
import { pipeline, type Readable } from "node:stream";
import type { HttpAnswer, HttpBody } from "../lib/httpPort.ts";

/**
 * The answer to a request, whose body is read as it comes and without its compression. A body that is cancelled takes its
 * connection with it, since the rest of the answer would come on that.
 *
 * @param signal has ended what it ends, and its reason is the error that a reader gets
 */
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
