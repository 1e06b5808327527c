import { GatewayFailure } from "../failures/failure.ts";
import { unref, untilAborted } from "../lib/waiting.ts";
import type { Json } from "../mcp/passThrough.ts";
import type { CallerRequest, Peer } from "../mcp/peer.ts";

/** How long a call may take. */
export interface CallLimit {
  readonly seconds: number;
  /** Where it is set, as it is called to people. */
  readonly place: string;
}

/**
 * Sends a call of a tool, and cancels it at the gateway when it takes longer than it may. The time that the gateway waits for
 * an answer of the person does not count.
 *
 * @throws GatewayFailure `call_timed_out`, and what `send` does
 */
export async function withinLimit(
  request: CallerRequest,
  limit: CallLimit,
  { send, now }: { readonly send: (request: CallerRequest) => Promise<Json>; readonly now: () => number },
): Promise<Json> {
  const { options, params } = request;
  const late = new AbortController();
  const failure = new GatewayFailure("call_timed_out", {
    ...{ tool: String(params?.name), seconds: limit.seconds, setting: limit.place },
  });
  const clock = new PausedClock(limit.seconds * 1000, { now, ring: () => late.abort(failure) });
  const signal = options.signal ? AbortSignal.any([options.signal, late.signal]) : late.signal;
  const peer = options.peer && whileAsked(options.peer, clock);
  try {
    return await untilAborted(send({ ...request, options: { ...options, signal, ...(peer && { peer }) } }), signal);
  } catch (error) {
    throw late.signal.aborted && !options.signal?.aborted ? failure : error;
  } finally {
    clock.stop();
  }
}

/** The same peer, with the clock standing still while it is asked something. */
const whileAsked = (peer: Peer, clock: PausedClock): Peer => ({
  async request(method, params, options) {
    clock.pause();
    try {
      return await peer.request(method, params, options);
    } finally {
      clock.goOn();
    }
  },
  notify: (method, params) => peer.notify(method, params),
  drain: () => peer.drain?.(),
});

/** Rings once after some time, in which pauses do not count. */
class PausedClock {
  readonly #world: { readonly now: () => number; readonly ring: () => void };
  #leftMs: number;
  #since = 0;
  #pauses = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number, world: { readonly now: () => number; readonly ring: () => void }) {
    this.#leftMs = ms;
    this.#world = world;
    this.#run();
  }

  pause(): void {
    this.#pauses++;
    if (this.#pauses > 1) return;
    this.stop();
    this.#leftMs -= this.#world.now() - this.#since;
  }

  goOn(): void {
    this.#pauses--;
    if (this.#pauses === 0) this.#run();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #run(): void {
    this.#since = this.#world.now();
    this.#timer = unref(setTimeout(this.#world.ring, Math.max(0, this.#leftMs)));
  }
}
