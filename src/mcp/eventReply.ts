import type { HttpReply, Piece, ReplyStream, ServedRequest } from "../lib/servedHttp.ts";
import { unref } from "../lib/waiting.ts";
import { messageEvent } from "./wire/messageLine.ts";

/** How long an answer may say nothing, in milliseconds: proxies end connections on which nothing comes. */
export const KEEP_ALIVE_MS = 15_000;

const eventHeaders = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform",
  connection: "keep-alive",
  // Some proxies wait for more of an answer before they pass it on.
  "x-accel-buffering": "no",
} as const;

/** The head of a stream of events. */
export const eventsReply = (headers: HttpReply["headers"], body?: HttpReply["body"]): HttpReply => ({
  status: 200,
  headers: { ...eventHeaders, ...headers },
  ...(body && { body }),
});

/** An answer that is a stream of events (2025-11-25, basic/transports, streamable HTTP). */
export class EventReply {
  readonly reply: HttpReply;
  readonly #timer: ReturnType<typeof setInterval>;
  /** What was said before the head of the answer was sent. */
  #early: (readonly Piece[])[] = [];
  #to: ReplyStream | undefined;
  #isEnded = false;

  constructor(request: ServedRequest, headers: HttpReply["headers"]) {
    this.reply = eventsReply(headers, (to) => this.#begin(to));
    this.#timer = unref(setInterval(() => this.keepAlive(), KEEP_ALIVE_MS));
    request.onOver(() => this.end());
  }

  say(message: object): void {
    this.#write(messageEvent(message));
  }

  /** See `ReplyStream.drain`. */
  drain(): Promise<void> | undefined {
    return this.#isEnded ? undefined : this.#to?.drain?.();
  }

  keepAlive(): void {
    this.#write([": keepalive\n\n"]);
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearInterval(this.#timer);
    this.#to?.end();
  }

  #write(pieces: readonly Piece[]): void {
    if (this.#isEnded) return;
    if (this.#to === undefined) this.#early.push(pieces);
    else this.#to.write(pieces);
  }

  #begin(to: ReplyStream): void {
    this.#to = to;
    for (const pieces of this.#early.splice(0)) to.write(pieces);
    if (this.#isEnded) to.end();
  }
}
