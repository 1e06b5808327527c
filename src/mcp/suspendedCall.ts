import { ProtocolError } from "@modelcontextprotocol/client";
import { unref } from "../lib/waiting.ts";
import type { Json } from "./passThrough.ts";
import { INVALID_PARAMS, type Peer } from "./peer.ts";
import type { OnProgress } from "./progressToken.ts";

/** How long a caller may take to come back with the answer. */
export const SUSPENDED_MS = 10 * 60_000;

/** The caller's HTTP request that waits for the call at the moment; each retry is a new one. */
export interface Waiting {
  readonly signal: AbortSignal;
  readonly notify: Peer["notify"];
  readonly drain?: Peer["drain"];
  readonly onprogress: OnProgress | undefined;
}

export type Turn =
  | { readonly kind: "done"; readonly result: Json }
  | { readonly kind: "asked"; readonly method: string; readonly params: Json | undefined };

interface Question {
  readonly method: string;
  readonly params: Json | undefined;
  readonly resolve: (answer: Json) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Carries one call of a 2026-07-28 caller to a server that may speak an earlier revision.
 *
 * An older server asks for input while the call is open. The caller gets the question as an `input_required` result,
 * which ends its request; the call stays open here until the caller comes back with the answer (2026-07-28,
 * basic/patterns/mrtr).
 */
export class SuspendedCall {
  readonly #ended = new AbortController();
  /** Questions that the caller has not been asked yet. */
  readonly #queue: Question[] = [];
  readonly #result: Promise<Json>;
  #waiting: Waiting | undefined;
  #open: Question | undefined;
  #onQuestion: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param start sends the call; the server asks and tells `this.peer` */
  constructor(start: (call: SuspendedCall) => Promise<Json>) {
    // Deferred, so that the first `turn` hears what the call says from its start.
    this.#result = Promise.resolve().then(() => start(this));
    this.#result
      .catch(() => {})
      .finally(() => {
        // The server has ended the call and no longer waits for answers.
        for (const { reject } of this.#queue.splice(0)) reject(new Error("the call ended"));
      });
  }

  /** Aborted when the caller has gone or did not come back. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  readonly onprogress: OnProgress = (progress) => this.#waiting?.onprogress?.(progress);

  readonly peer: Peer = {
    request: (method, params, { signal }) =>
      new Promise<Json>((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const takeBack = () => question.reject(signal.reason);
        const settle = () => {
          signal.removeEventListener("abort", takeBack);
          const at = this.#queue.indexOf(question);
          if (at >= 0) this.#queue.splice(at, 1);
        };
        const question: Question = {
          method,
          params,
          resolve(answer) {
            settle();
            resolve(answer);
          },
          reject(error) {
            settle();
            reject(error);
          },
        };
        signal.addEventListener("abort", takeBack, { once: true });
        this.#queue.push(question);
        this.#onQuestion?.();
      }),
    notify: (method, params) => this.#waiting?.notify(method, params),
    drain: () => this.#waiting?.drain?.(),
  };

  /** Ends the call: too many others wait. */
  giveUp(): void {
    clearTimeout(this.#timer);
    this.#ended.abort(new Error("too many calls wait for an answer"));
  }

  /** Answers the question that the caller was asked. */
  answered(answer: Json | undefined): void {
    const question = this.#open;
    this.#open = undefined;
    clearTimeout(this.#timer);
    if (answer !== undefined) question?.resolve(answer);
    else question?.reject(new ProtocolError(INVALID_PARAMS, "The input asked for was not given"));
  }

  /** Waits, on behalf of one request, until the call is done or the server asks something. */
  async turn(waiting: Waiting): Promise<Turn> {
    this.#waiting = waiting;
    const onAbort = () => this.#ended.abort(waiting.signal.reason);
    if (waiting.signal.aborted) onAbort();
    else waiting.signal.addEventListener("abort", onAbort, { once: true });
    try {
      for (;;) {
        const asked = new Promise<"asked">((resolve) => {
          this.#onQuestion = () => resolve("asked");
          if (this.#queue.length > 0) resolve("asked");
        });
        const next = await Promise.race([asked, this.#result]);
        if (next !== "asked") return { kind: "done", result: next };
        const question = this.#queue.shift();
        // Unless the server has taken it back meanwhile.
        if (question !== undefined) return this.#put(question);
      }
    } finally {
      this.#waiting = undefined;
      this.#onQuestion = undefined;
      waiting.signal.removeEventListener("abort", onAbort);
    }
  }

  #put(question: Question): Turn {
    this.#open = question;
    this.#timer = unref(setTimeout(() => this.#ended.abort(new Error("nobody came back")), SUSPENDED_MS));
    return { kind: "asked", method: question.method, params: question.params };
  }
}
