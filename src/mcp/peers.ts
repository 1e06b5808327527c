import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { isChangeNotification, withoutSubscriptionId } from "./changeNotifications.ts";
import type { Json } from "./passThrough.ts";
import { nobody, type Peer } from "./peer.ts";

/**
 * Decides which caller a message of the server is for, while several requests share one connection.
 *
 * The server does not say which request its question belongs to, unless it came in that request's own stream. Otherwise
 * the question goes to the request that was sent last.
 */
export class Peers {
  readonly #owner: Peer;
  readonly #inFlight: Peer[] = [];
  readonly #askedBy = new Map<string | number, Peer>();

  /** @param owner is asked when no request is open, and always told of changes, which belong to no request */
  constructor(owner: Peer) {
    this.#owner = owner;
  }

  get current(): Peer {
    return this.#inFlight.at(-1) ?? this.#owner;
  }

  /** The newest request whose caller can be asked; a question never belongs to one whose caller cannot. */
  get asked(): Peer {
    return this.#inFlight.findLast(({ request }) => request !== nobody.request) ?? this.#owner;
  }

  enter(peer: Peer): void {
    this.#inFlight.push(peer);
  }

  leave(peer: Peer): void {
    this.#inFlight.splice(this.#inFlight.lastIndexOf(peer), 1);
  }

  /** Who answers the server's request with this id. Call it once for each request. */
  of(id: string | number): Peer {
    const known = this.#askedBy.get(id);
    this.#askedBy.delete(id);
    return known ?? this.asked;
  }

  tell(method: string, params: Json | undefined, peer: Peer = this.current): void {
    (isChangeNotification(method) ? this.#owner : peer).notify(method, withoutSubscriptionId(params));
  }

  /**
   * Records whose stream a message came in.
   *
   * @returns whether the SDK still has to handle the message; otherwise the peer has been told
   */
  route(message: JSONRPCMessage, peer: Peer): boolean {
    if (!("method" in message)) return false;
    if ("id" in message) this.#askedBy.set(message.id, peer);
    else if (!ofTheProtocol.has(message.method)) {
      this.tell(message.method, message.params, peer);
      return false;
    }
    return true;
  }
}

/** The SDK handles these: it keeps track of open questions and of the progress of its own requests. */
const ofTheProtocol = new Set(["notifications/cancelled", "notifications/progress"]);
