import type { ServerResponse } from "node:http";
import type { HttpReply, Piece, StreamedBody } from "../lib/servedHttp.ts";

/**
 * Sends the answer to a request, whose body may last.
 *
 * A body that is here leaves with its headers in one piece. The head of a stream is sent at once, since the client needs it
 * to go on.
 *
 * @param written called when all that there is to write is there or the connection has ended; what it returns is waited for
 *   before the answer ends
 */
export async function sendReply(
  { status, headers, body }: HttpReply,
  outgoing: ServerResponse,
  written: () => Promise<void> | void = () => {},
): Promise<void> {
  if (typeof body === "function") {
    outgoing.writeHead(status, headers).flushHeaders();
    await streamed(body, outgoing);
    await written();
    outgoing.end();
    return;
  }
  const waiting = written();
  if (waiting !== undefined) await waiting;
  if (outgoing.destroyed) return;
  const { data, encoding } = inOne(body ?? []);
  // RFC 9110, 8.6: these have no length.
  const hasLength = status !== 204 && status !== 304;
  outgoing.writeHead(status, hasLength ? { ...headers, "content-length": String(lengthOf(data, encoding)) } : headers);
  if (encoding === undefined) outgoing.end(data);
  else outgoing.end(data, encoding);
}

/** Resolves when the body says that it ended, or the connection has. */
function streamed(body: StreamedBody, outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    outgoing.once("close", resolve);
    if (outgoing.destroyed) resolve();
    body({
      write(pieces) {
        const { data, encoding } = inOne(pieces);
        if (outgoing.destroyed || outgoing.writableEnded) return;
        if (encoding === undefined) outgoing.write(data);
        else outgoing.write(data, encoding);
      },
      end: resolve,
    });
  });
}

interface InOne {
  readonly data: string | Uint8Array;
  readonly encoding?: "utf8" | "latin1";
}

/** Up to which size bytes are sent as a string, in bytes: Node puts one together with the headers, and writes once. */
const SMALL = 16 * 1024;

function inOne(pieces: readonly Piece[]): InOne {
  if (pieces.every((piece) => typeof piece === "string")) return { data: pieces.join(""), encoding: "utf8" };
  const bytes = pieces.map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece));
  const whole = Buffer.concat(bytes);
  return whole.length > SMALL ? { data: whole } : { data: whole.toString("latin1"), encoding: "latin1" };
}

const lengthOf = (data: string | Uint8Array, encoding: InOne["encoding"]): number =>
  typeof data === "string" ? Buffer.byteLength(data, encoding) : data.length;
