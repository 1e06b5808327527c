import type { Json } from "./passThrough.ts";
import type { Peer } from "./peer.ts";

/** Has the room of the caller of a request. JSON does not show it, and copies have it too. */
const DRAIN = Symbol("drain");

/** The parameters of a request whose stream is to be read as fast as its caller reads. */
export const withDrain = (params: Json | undefined, peer: Peer | undefined): Json | undefined =>
  peer?.drain === undefined ? params : { ...params, [DRAIN]: () => peer.drain?.() };

/** Resolves when the caller of a request can take more; see `Peer.drain`. */
export const drainOf = (request: object | undefined): Promise<void> | undefined =>
  (request as { readonly params?: { readonly [DRAIN]?: Peer["drain"] } } | undefined)?.params?.[DRAIN]?.();
