import type { ServerResponse } from "node:http";
import type { HttpReply, Piece, StreamedBody } from "../lib/servedHttp.ts";
import { Unread } from "./unread.ts";
import { untilDrained } from "./untilDrained.ts";

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
  const pieces = body ?? [];
  // RFC 9110, 8.6: these have no length.
  const hasLength = status !== 204 && status !== 304;
  outgoing.writeHead(status, hasLength ? { ...headers, "content-length": String(lengthOf(pieces)) } : headers);
  write(pieces, outgoing, (data = "", encoding = "utf8") => outgoing.end(data, encoding));
}

/** Resolves when the body says that it ended, or the connection has. */
function streamed(body: StreamedBody, outgoing: ServerResponse): Promise<void> {
  const unread = new Unread(outgoing);
  return new Promise((resolve) => {
    outgoing.once("close", resolve);
    if (outgoing.destroyed) resolve();
    body({
      write(pieces) {
        if (outgoing.destroyed || outgoing.writableEnded) return;
        if (unread.isTooMuch) return void outgoing.destroy();
        unread.writes(() => write(pieces, outgoing));
      },
      drain: () => roomIn(outgoing),
      end: resolve,
    });
  });
}

/** @returns `undefined` while there is room */
function roomIn(outgoing: ServerResponse): Promise<void> | undefined {
  return outgoing.writableNeedDrain && !outgoing.destroyed ? untilDrained(outgoing) : undefined;
}

/** Up to which size bytes are sent as a string, in bytes: Node puts one together with the headers, and writes once. */
const SMALL = 16 * 1024;

type Write = (data?: string | Uint8Array, encoding?: BufferEncoding) => unknown;

/**
 * What is large is written in the pieces that there are: in one it would be there twice.
 *
 * @param last writes the last of it
 */
function write(
  pieces: readonly Piece[],
  outgoing: ServerResponse,
  last: Write = (data = "", encoding = "utf8") => outgoing.write(data, encoding),
): void {
  if (pieces.every((piece) => typeof piece === "string")) return void last(pieces.join(""), "utf8");
  if (lengthOf(pieces) <= SMALL) {
    const bytes = pieces.map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece));
    return void last(Buffer.concat(bytes).toString("latin1"), "latin1");
  }
  outgoing.cork();
  for (const piece of pieces.slice(0, -1)) outgoing.write(piece);
  last(pieces.at(-1));
  outgoing.uncork();
}

const lengthOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, piece) => sum + (typeof piece === "string" ? Buffer.byteLength(piece) : piece.length), 0);
