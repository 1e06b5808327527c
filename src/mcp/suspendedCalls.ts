import { ProtocolError } from "@modelcontextprotocol/client";
import { MOST_SUSPENDED_CALLS } from "../lib/limits.ts";
import type { Json } from "./passThrough.ts";
import { INVALID_PARAMS } from "./peer.ts";
import type { SuspendedCall, Waiting } from "./suspendedCall.ts";

/** The key of the question: servers of earlier revisions ask one at a time. */
const QUESTION = "question";

/** Keeps the calls whose callers have yet to come back with an answer, by the `requestState` they were given. */
export class SuspendedCalls {
  readonly #prefix: string;
  readonly #calls = new Map<string, { readonly key: string; readonly call: SuspendedCall }>();

  /** @param prefix marks our states; those of a 2026-07-28 server are passed through */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /**
   * Finds the suspended call that a request continues, and gives it the answer.
   *
   * @param key identifies the caller; a state is valid only for the caller it was given to
   * @returns `undefined` when the request begins a call
   * @throws ProtocolError for a state of ours that is unknown, used, or of another caller
   */
  resume(
    key: string,
    state: string | undefined,
    responses: Readonly<Record<string, unknown>> | undefined,
  ): SuspendedCall | undefined {
    if (!state?.startsWith(this.#prefix)) return undefined;
    const known = this.#calls.get(state);
    if (known?.key !== key) throw new ProtocolError(INVALID_PARAMS, "Invalid or expired requestState");
    this.#calls.delete(state);
    known.call.answered(responses?.[QUESTION] as Json | undefined);
    return known.call;
  }

  /** Waits for the call on behalf of one request. Returns its result, or suspends it and returns its question. */
  async turn(key: string, call: SuspendedCall, waiting: Waiting): Promise<Json> {
    const turn = await call.turn(waiting);
    if (turn.kind === "done") return turn.result;
    const requestState = `${this.#prefix}${crypto.randomUUID()}`;
    this.#calls.set(requestState, { key, call });
    call.signal.addEventListener("abort", () => this.#calls.delete(requestState), { once: true });
    const [oldest] = this.#calls.values();
    if (this.#calls.size > MOST_SUSPENDED_CALLS) oldest?.call.giveUp();
    const question = { method: turn.method, ...(turn.params && { params: turn.params }) };
    return { resultType: "input_required", inputRequests: { [QUESTION]: question }, requestState };
  }
}
