import type { HttpAnswer, HttpBody, HttpFetch, HttpRequest } from "./httpPort.ts";
import type { HttpReply, Piece, ServedRequest } from "./servedHttp.ts";

/** A way out that leads to something of the same process, which answers as it would answer over a connection. */
export function inProcess(handle: (request: ServedRequest) => Promise<HttpReply>): HttpFetch {
  return async (url, request = {}) => {
    const asked = new LocalRequest(String(url), request);
    const { status, headers, body } = await handle(asked);
    request.signal?.throwIfAborted();
    return {
      status,
      statusText: "",
      ok: status >= 200 && status < 300,
      headers: { get: (name) => headers[name.toLowerCase()] ?? null },
      body: bodyOf(body ?? [], asked, request.signal),
    } satisfies HttpAnswer;
  };
}

class LocalRequest implements ServedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: ServedRequest["headers"];
  readonly body: Uint8Array;
  readonly #over = new AbortController();

  constructor(url: string, { method = "GET", headers = {}, body = "", signal }: HttpRequest) {
    const { pathname, search } = new URL(url);
    this.method = method;
    this.target = pathname + search;
    this.headers = { get: (name) => headers[name.toLowerCase()] ?? null };
    this.body = new TextEncoder().encode(body);
    const end = () => this.end(signal?.reason);
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
    this.onOver(() => signal?.removeEventListener("abort", end));
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  onOver(act: () => void): void {
    if (this.isOver) act();
    else this.signal.addEventListener("abort", act, { once: true });
  }

  end(reason?: unknown): void {
    this.#over.abort(reason);
  }
}

function bodyOf(body: NonNullable<HttpReply["body"]>, asked: LocalRequest, signal: HttpRequest["signal"]): HttpBody {
  const came: Uint8Array[] = [];
  let isEnded = false;
  let more = () => {};
  const end = () => {
    isEnded = true;
    more();
  };
  const write = (pieces: readonly Piece[]) => {
    for (const piece of pieces) came.push(typeof piece === "string" ? utf8.encode(piece) : piece);
    more();
  };
  if (typeof body === "function") body({ write, end });
  else {
    write(body);
    end();
  }
  asked.onOver(end);
  return {
    async cancel() {
      asked.end();
    },
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          const piece = came.shift();
          signal?.throwIfAborted();
          if (piece !== undefined) yield piece;
          else if (isEnded) return;
          else await new Promise<void>((resolve) => (more = resolve));
        }
      } finally {
        asked.end();
      }
    },
  };
}

const utf8 = new TextEncoder();
