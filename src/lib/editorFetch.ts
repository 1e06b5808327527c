import type { HttpAnswer, HttpBody, HttpFetch } from "./httpPort.ts";

/** Addresses of gateways and identity providers; what comes when there are as many is asked as if it were new. */
const MOST_ADDRESSES = 1_000;

/**
 * The editor's `fetch`, which knows its proxy and certificates, without the copy that it makes of each request.
 *
 * It copies the request, and its body as two streams, in case there is a redirect, unless the request fails at one and
 * belongs to no window (Fetch standard, HTTP-network-or-cache fetch, step 8.1). The copy takes as long as all the rest of
 * what a relay does. An address that has answered a message is therefore asked to fail; where it redirects after all, it
 * is asked once more, since nothing has been done yet (RFC 9110, 15.4), and the redirect is an answer as anywhere else.
 *
 * @param fetch looks the global function up at each call, since the editor replaces it
 */
export function editorFetch(fetch: typeof globalThis.fetch = (url, init) => globalThis.fetch(url, init)): HttpFetch {
  const answering = new Set<string>();
  return async (url, request = {}) => {
    if (request.redirect !== "manual" || request.body === undefined) return await fetch(url, request);
    const address = String(url);
    if (answering.has(address)) {
      try {
        return untilLeft(await fetch(url, { ...request, redirect: "error", window: null }), request.signal);
      } catch (error) {
        if (!isRedirect(error)) throw error;
        answering.delete(address);
      }
    }
    const answer = await fetch(url, request);
    if (answer.ok && answering.size < MOST_ADDRESSES) answering.add(address);
    return answer;
  };
}

/** Node says so in words alone (undici, `httpFetch`). */
const isRedirect = (error: unknown): boolean =>
  error instanceof TypeError && error.cause instanceof Error && error.cause.message === "unexpected redirect";

/**
 * Node's `fetch` knows the signal of a request only for as long as somebody has the request: once the answer has begun,
 * nobody does where there is no copy of it, and a stream would stay open that its reader has left (undici, `Request`).
 */
function untilLeft({ status, statusText, ok, headers, body }: Response, signal: AbortSignal | undefined): HttpAnswer {
  return { status, statusText, ok, headers, body: body && new LeavableBody(body, signal) };
}

/** A class, since what is made anew for each answer is what takes long of a short one: an object of closures, a generator's most. */
class LeavableBody implements HttpBody {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #signal: AbortSignal | undefined;
  readonly #leave = () => void this.cancel();

  constructor(body: ReadableStream<Uint8Array>, signal: AbortSignal | undefined) {
    this.#reader = body.getReader();
    this.#signal = signal;
    signal?.addEventListener("abort", this.#leave);
  }

  async *[Symbol.asyncIterator]() {
    try {
      for (;;) {
        const { done, value } = await this.#reader.read();
        this.#signal?.throwIfAborted();
        if (done) return;
        yield value;
      }
    } finally {
      await this.cancel();
    }
  }

  async cancel(): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#leave);
    await this.#reader.cancel(this.#signal?.reason).catch(() => {});
  }
}
