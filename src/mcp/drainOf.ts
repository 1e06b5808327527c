import type { Json } from "./passThrough.ts";
import type { Peer } from "./peer.ts";

/*
 * Backpressure across the SDK: the transport that reads a server's stream has to wait for the caller who hears it, and between
 * the two the SDK hands on nothing but a request's parameters. So the caller's `Peer.drain` travels in them, under a symbol.
 */

/** The member that has the caller's `drain`. JSON does not show a symbol, so that no server sees it, and the SDK copies it. */
const DRAIN = Symbol("drain");

/** The parameters of a request, with the `drain` of the caller who sent it. */
export function withDrain(params: Json | undefined, peer: Peer | undefined): Json | undefined {
  if (peer?.drain === undefined) return params;
  const marked: Record<string | symbol, unknown> = { ...params };
  marked[DRAIN] = () => peer.drain?.();
  return marked;
}

/** Resolves when the caller of a request can take more; see `Peer.drain`. */
export const drainOf = (request: object | undefined): Promise<void> | undefined =>
  (request as { readonly params?: { readonly [DRAIN]?: Peer["drain"] } } | undefined)?.params?.[DRAIN]?.();
