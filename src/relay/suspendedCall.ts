import { ProtocolError } from "@modelcontextprotocol/client";
import type { Json } from "../mcp/passThrough.ts";
import type { OnProgress } from "../mcp/progressToken.ts";
import type { EditorSide } from "./editorSide.ts";
import type { GatewayLink } from "./gatewayLink.ts";

/** How long the editor may take to bring the input a parked call waits for. */
const PARKED_MS = 10 * 60_000;

interface Question {
  readonly method: string;
  readonly params: Json | undefined;
  readonly resolve: (answer: Json) => void;
  readonly reject: (error: unknown) => void;
}

/** The request of the editor that is waiting at the moment; each retry of a call is a new one. */
export interface Waiting {
  readonly signal: AbortSignal;
  readonly notify: (method: string, params: Json | undefined) => void;
  readonly onprogress: OnProgress | undefined;
}

export type Turn =
  | { readonly kind: "done"; readonly result: Json }
  | { readonly kind: "asked"; readonly method: string; readonly params: Json | undefined };

/**
 * One call of an editor that speaks 2026-07-28 to a gateway that may be older.
 *
 * An older gateway asks for input while the call is open. The editor gets the question as an `input_required`
 * result, which ends its request; the call stays open here until the editor comes back with the answer
 * (2026-07-28, basic/patterns/mrtr).
 */
export class SuspendedCall {
  readonly #ended = new AbortController();
  readonly #questions: Question[] = [];
  #current: Waiting | undefined;
  #onQuestion: (() => void) | undefined;
  #open: Question | undefined;
  #result: Promise<Json> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Aborted when nobody waits for the call any more. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  readonly onprogress: OnProgress = (progress) => this.#current?.onprogress?.(progress);

  readonly notify = (method: string, params: Json | undefined): void => this.#current?.notify(method, params);

  readonly request: EditorSide["request"] = (method, params, { signal }) =>
    new Promise((resolve, reject) => {
      this.#questions.push({ method, params, resolve, reject });
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      this.#onQuestion?.();
    });

  start(result: Promise<Json>): void {
    this.#result = result;
    result.catch(() => {});
  }

  /** Gives the gateway the editor's answer to the question that is open. */
  answered(answer: Json | undefined): void {
    const question = this.#open;
    this.#open = undefined;
    clearTimeout(this.#timer);
    if (answer === undefined) question?.reject(new ProtocolError(-32602, "The input asked for was not given"));
    else question?.resolve(answer);
  }

  /** Waits, on behalf of one request, until the call is done or the gateway asks something. */
  async turn(waiting: Waiting): Promise<Turn> {
    this.#current = waiting;
    const onAbort = () => this.#ended.abort(waiting.signal.reason);
    waiting.signal.addEventListener("abort", onAbort, { once: true });
    try {
      const asked = new Promise<"asked">((resolve) => {
        this.#onQuestion = () => resolve("asked");
        if (this.#questions.length > 0) resolve("asked");
      });
      const ended = await Promise.race([asked, this.#result as Promise<Json>]);
      if (ended !== "asked") return { kind: "done", result: ended };
      const question = this.#questions.shift() as Question;
      this.#open = question;
      this.#timer = setTimeout(() => this.#ended.abort(new Error("nobody came back")), PARKED_MS);
      (this.#timer as { unref?: () => void }).unref?.();
      return { kind: "asked", method: question.method, params: question.params };
    } finally {
      this.#current = undefined;
      this.#onQuestion = undefined;
      waiting.signal.removeEventListener("abort", onAbort);
    }
  }
}

/** A link that serves one call at a time, so that it is clear which call the gateway's questions belong to. */
export interface Channel {
  readonly key: string;
  readonly link: GatewayLink;
  call: SuspendedCall | undefined;
}
