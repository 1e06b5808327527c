import type { Json } from "./passThrough.ts";
import type { Peer } from "./peer.ts";

/** How many times one call may ask for more input, so that a server cannot ask for ever. */
export const MAX_ROUNDS = 25;

/**
 * Asks the peer for what an `input_required` result needs (2026-07-28, basic/patterns/mrtr).
 *
 * @returns what to add to the parameters when repeating the request
 */
export async function inputFor(result: Json, peer: Peer, signal: AbortSignal | undefined): Promise<Json> {
  const asked = Object.entries((result.inputRequests ?? {}) as Record<string, { method: string; params?: Json }>);
  const given = new AbortController().signal;
  const answers = asked.map(async ([key, { method, params }]) => [
    key,
    await peer.request(method, params, { signal: signal ?? given }),
  ]);
  return {
    ...(asked.length > 0 && { inputResponses: Object.fromEntries(await Promise.all(answers)) }),
    ...(result.requestState !== undefined && { requestState: result.requestState }),
  };
}
