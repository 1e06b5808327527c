import type { HttpReply, ServedRequest } from "../lib/servedHttp.ts";
import { unref } from "../lib/waiting.ts";
import { EventReply, eventsReply, KEEP_ALIVE_MS } from "./eventReply.ts";
import { messagePieces } from "./wire/messageLine.ts";

type Id = string | number;

export interface PostedOptions {
  /** Of the answer, beside those of its kind. */
  readonly headers?: HttpReply["headers"];
  /** What is recorded as the answer where nobody waits for one any more; a stream without a word when absent. */
  readonly gone?: HttpReply;
}

/** One for all: without a reason of ours each abort would make an error with a stack of its own. */
const connectionEnded = new Error("the connection ended");

/**
 * The requests that came in one POST, and the one HTTP answer to them: JSON where the answer to a single request is all
 * there is to say, as AgentCore has it, or else a stream of events, from the first progress, question or log message on.
 */
export class PostedRequests {
  readonly reply: Promise<HttpReply>;
  readonly #request: ServedRequest;
  readonly #headers: HttpReply["headers"];
  readonly #gone: HttpReply | undefined;
  readonly #unanswered: Set<Id>;
  #resolve: (reply: HttpReply) => void = () => {};
  #events: EventReply | undefined;
  #isOver = false;
  #left: AbortController | undefined;
  /** Whoever waits for an answer that takes long learns that it is on its way. */
  #quiet: ReturnType<typeof setTimeout> | undefined;

  /** @param ids of the requests; several, of a batch, are answered one by one in a stream */
  constructor(request: ServedRequest, ids: readonly Id[], { headers = {}, gone }: PostedOptions = {}) {
    this.#request = request;
    this.#headers = headers;
    this.#gone = gone;
    this.#unanswered = new Set(ids);
    this.reply = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    request.onOver(() => this.close());
    if (this.#isOver) return;
    if (ids.length > 1) this.#stream();
    else {
      this.#quiet = unref(setTimeout(() => this.#stream().keepAlive(), KEEP_ALIVE_MS));
    }
  }

  /** Aborted when somebody left before the answer. It is made when it is looked at; a request that was answered aborts none. */
  get signal(): AbortSignal {
    this.#left ??= new AbortController();
    if (this.#isOver && this.#unanswered.size > 0) this.#left.abort(connectionEnded);
    return this.#left.signal;
  }

  say(message: object): void {
    if (!this.#isOver) this.#stream().say(message);
  }

  /** See `ReplyStream.drain`. */
  drain(): Promise<void> | undefined {
    return this.#events?.drain();
  }

  /** @param status of the HTTP answer, where nothing was said before */
  answer(id: Id, message: object, status = 200): void {
    if (this.#isOver) return;
    this.#unanswered.delete(id);
    const isLast = this.#unanswered.size === 0;
    if (isLast && this.#events === undefined) this.#finish(message, status);
    else this.say(message);
    if (isLast) this.close();
  }

  /** Ends what was begun; what was not is a stream without a word. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#quiet);
    this.#events?.end();
    if (this.#unanswered.size === 0) return;
    this.#left?.abort(connectionEnded);
    this.#resolve(this.#gone ?? eventsReply(this.#headers));
  }

  #finish(message: object, status: number): void {
    const headers = { "content-type": "application/json", ...this.#headers };
    this.#resolve({ status, headers, body: messagePieces(message) });
  }

  #stream(): EventReply {
    if (this.#events === undefined) {
      clearTimeout(this.#quiet);
      this.#events = new EventReply(this.#request, this.#headers);
      this.#resolve(this.#events.reply);
    }
    return this.#events;
  }
}
