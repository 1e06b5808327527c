import { gzipSync } from "node:zlib";

/** An answer that no reader may read to its end, and how much of it was taken. */
export interface LargeAnswer {
  readonly response: Response;
  /** In bytes on the wire. */
  sent(): number;
}

const PIECE = 64 * 1024;
const blanks = Buffer.alloc(PIECE, " ");
const MEBIBYTES_IN_ZIP = 16;
const zipped = gzipSync(Buffer.alloc(MEBIBYTES_IN_ZIP * 1024 * 1024, " "));

/** The forms that too much takes. Each begins as JSON does. */
export const largeAnswers: Readonly<Record<string, (status?: number) => LargeAnswer>> = {
  "without an end": (status) => large(status, {}, Buffer.from("{"), blanks),
  // Each piece is 16 MiB when it is decompressed, and takes 16 KiB on its way (RFC 1952, 2.2: members follow one another).
  "compressed a thousandfold": (status) => large(status, { "content-encoding": "gzip" }, gzipSync("{"), zipped),
};

function large(status = 200, more: Record<string, string>, first: Buffer, piece: Buffer): LargeAnswer {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = sent === 0 ? first : piece;
      sent += next.length;
      controller.enqueue(next);
    },
  });
  const headers = { "content-type": "application/json", ...more };
  return { response: new Response(body, { status, headers }), sent: () => sent };
}
