import { ProtocolError } from "@modelcontextprotocol/client";
import type { Json } from "./passThrough.ts";
import { INVALID_PARAMS } from "./peer.ts";
import type { SuspendedCall, Waiting } from "./suspendedCall.ts";

/** The one question of a suspended call: a server of the earlier revisions asks one at a time. */
const QUESTION = "question";

/** The calls that wait for their callers to come back with an answer, by the `requestState` that each was given. */
export class SuspendedCalls {
  readonly #prefix: string;
  readonly #calls = new Map<string, { readonly key: string; readonly call: SuspendedCall }>();

  /** @param prefix tells our states from those of a server of 2026-07-28, which are handed through */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /**
   * The call that a request goes on with, which has its answer now.
   *
   * @param key whose request it is: a state is good only for whoever it was given to
   * @returns `undefined` when the request begins a call
   * @throws ProtocolError for a state of ours that is unknown, somebody else's, or used already
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

  /** Waits for the call on behalf of one request: gives its result, or the question it is suspended for. */
  async turn(key: string, call: SuspendedCall, waiting: Waiting): Promise<Json> {
    const turn = await call.turn(waiting);
    if (turn.kind === "done") return turn.result;
    const requestState = `${this.#prefix}${crypto.randomUUID()}`;
    this.#calls.set(requestState, { key, call });
    call.signal.addEventListener("abort", () => this.#calls.delete(requestState), { once: true });
    const question = { method: turn.method, ...(turn.params && { params: turn.params }) };
    return { resultType: "input_required", inputRequests: { [QUESTION]: question }, requestState };
  }
}
