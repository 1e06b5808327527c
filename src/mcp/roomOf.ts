import type { Json } from "./passThrough.ts";
import type { Peer } from "./peer.ts";

/** Has the room of the caller of a request. JSON does not show it, and copies have it too. */
const ROOM = Symbol("room");

/** The parameters of a request whose stream is to be read as fast as its caller reads. */
export const withRoom = (params: Json | undefined, peer: Peer | undefined): Json | undefined =>
  peer?.room === undefined ? params : { ...params, [ROOM]: () => peer.room?.() };

/** Resolves when the caller of a request can take more; see `Peer.room`. */
export const roomOf = (request: object | undefined): Promise<void> | undefined =>
  (request as { readonly params?: { readonly [ROOM]?: Peer["room"] } } | undefined)?.params?.[ROOM]?.();
