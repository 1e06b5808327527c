import type { HttpReply, ServedRequest } from "../../src/lib/servedHttp.ts";

/** A request of the web as those have it who serve it. It is over when its signal says so, or `end` is called. */
export async function servedRequest(request: Request): Promise<ServedRequest & { end(): void }> {
  const body = new Uint8Array(await request.arrayBuffer());
  const over = new AbortController();
  const end = () => over.abort();
  if (request.signal.aborted) end();
  request.signal.addEventListener("abort", end, { once: true });
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    target: pathname + search,
    headers: request.headers,
    body,
    signal: over.signal,
    get isOver() {
      return over.signal.aborted;
    },
    onOver(act) {
      if (over.signal.aborted) act();
      else over.signal.addEventListener("abort", act, { once: true });
    },
    end,
  };
}

/** Asks what serves requests as the web has them: the answer is there when its head is. */
export async function askedOverWeb(
  handle: (request: ServedRequest) => Promise<HttpReply>,
  request: Request,
): Promise<Response> {
  const asked = await servedRequest(request);
  const { status, headers, body } = await handle(asked);
  const hasBody = body !== undefined && status !== 204 && status !== 304;
  return new Response(hasBody ? streamOf(body, asked) : null, { status, headers });
}

function streamOf(
  body: NonNullable<HttpReply["body"]>,
  asked: ServedRequest & { end(): void },
): ReadableStream<Uint8Array> {
  const bytesOf = (piece: string | Uint8Array) => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
  let isOpen = true;
  return new ReadableStream({
    start(controller) {
      const end = () => {
        if (isOpen) controller.close();
        isOpen = false;
      };
      const write = (pieces: readonly (string | Uint8Array)[]) => {
        // What is said at once comes in one piece, as it does over a connection.
        if (isOpen) controller.enqueue(new Uint8Array(Buffer.concat(pieces.map(bytesOf))));
      };
      if (typeof body === "function") body({ write, end });
      else {
        write(body);
        end();
      }
      asked.onOver(end);
    },
    cancel() {
      isOpen = false;
      asked.end();
    },
  });
}

/** The messages of a body, which is one of them as JSON, a stream of events, or nothing. */
export const messagesIn = (text: string): unknown[] =>
  text.startsWith("event:")
    ? [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data ?? ""))
    : text === ""
      ? []
      : [JSON.parse(text)];
