import type { IncomingMessage, ServerResponse } from "node:http";

/** The body of a request, or `tooLarge` when it exceeds the limit, so that the answer can be 413. */
export type RequestBody = Uint8Array<ArrayBuffer> | "tooLarge";

/** A signal that is aborted when the answer was sent completely or the connection closed before that. */
export function endOf(outgoing: ServerResponse): AbortSignal {
  const ended = new AbortController();
  outgoing.once("close", () => ended.abort(connectionEnded));
  return ended.signal;
}

/** One for all requests: without a reason of ours each abort would make an error with a stack of its own. */
const connectionEnded = new Error("the connection ended");

/**
 * Reads a body. Bytes beyond the limit are read and discarded, since an answer before the end of the body would not
 * reach a client that is still sending.
 */
export function readBody(incoming: IncomingMessage, maxBytes: number): Promise<RequestBody> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  incoming.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  });
  return new Promise((resolve, reject) => {
    incoming.once("end", () => {
      resolve(bytes > maxBytes ? "tooLarge" : (Buffer.concat(chunks) as Buffer<ArrayBuffer>));
    });
    incoming.once("error", reject);
    // A connection may close in the middle of a body without an error.
    incoming.once("close", () => incoming.readableEnded || reject(new Error("the body did not come whole")));
  });
}

/** The headers of a request as the fetch API has them: repeated ones are joined (RFC 9110, 5.3). */
export function headersOf({ headers, rawHeaders }: IncomingMessage): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) all[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  // Of two Authorization headers Node keeps the first, while a proxy may have checked the second. Joined, they are
  // invalid credentials, so that neither counts.
  if (all.authorization !== undefined) {
    const given = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === "authorization");
    all.authorization = given.join(", ");
  }
  return all;
}

/** How long the headers of an answer wait for its first bytes, to be sent with them. */
const HEADERS_WAIT_MS = 10;

/**
 * Sends a web `Response`, whose body may be a long-lived stream.
 *
 * The headers of a stream without content yet are sent after a short wait, since the client needs them to continue. The
 * headers of an answer to a GET, which opens a stream of notifications, are sent at once.
 *
 * @param ended see `endOf`; it also cancels the response's body
 * @param headers further ones, beside those of the response
 * @returns once the connection has taken the whole body or has ended. The caller ends `outgoing`
 */
export async function sendResponse(
  { status, headers, body }: Pick<Response, "status" | "headers" | "body">,
  outgoing: ServerResponse,
  { ended, headers: more = {} }: { readonly ended: AbortSignal; readonly headers?: Readonly<Record<string, string>> },
): Promise<void> {
  const fields = { ...Object.fromEntries(headers), ...more };
  const reader = body?.getReader();
  if (reader === undefined) return void outgoing.writeHead(status, fields);
  const onEnded = () => void reader.cancel().catch(() => {});
  if (ended.aborted) return onEnded();
  ended.addEventListener("abort", onEnded, { once: true });
  const flushHeaders = () => outgoing.writeHead(status, fields).flushHeaders();
  const timer = outgoing.req.method === "GET" ? undefined : setTimeout(flushHeaders, HEADERS_WAIT_MS);
  if (timer === undefined) flushHeaders();
  try {
    let piece = await reader.read();
    clearTimeout(timer);
    let next = reader.read();
    if (!outgoing.headersSent && !piece.done && (await isLast(next))) {
      // All of it is here. Held back until the caller ends `outgoing`, it leaves with its headers in one piece.
      outgoing.cork();
      outgoing.writeHead(status, { ...fields, "content-length": String(piece.value.byteLength) });
      outgoing.write(piece.value);
      return;
    }
    if (!outgoing.headersSent) outgoing.writeHead(status, fields);
    while (!piece.done) {
      if (!outgoing.write(piece.value)) await drained(outgoing, ended);
      piece = await next;
      next = reader.read();
    }
  } finally {
    clearTimeout(timer);
    ended.removeEventListener("abort", onEnded);
  }
}

/** Whether a stream ends here, as far as that shows at once. */
const isLast = (next: Promise<{ readonly done: boolean }>): Promise<boolean> =>
  Promise.race([next.then(({ done }) => done), new Promise<false>((resolve) => setImmediate(resolve, false))]);

/** Waits until the connection can take more, or has ended. */
async function drained(outgoing: ServerResponse, ended: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (ended.aborted) return resolve();
    const done = () => {
      outgoing.off("drain", done);
      ended.removeEventListener("abort", done);
      resolve();
    };
    outgoing.once("drain", done);
    ended.addEventListener("abort", done, { once: true });
  });
}
