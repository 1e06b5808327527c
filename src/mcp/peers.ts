import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { isChangeNotification, withoutSubscriptionId } from "./changeNotifications.ts";
import type { Json } from "./passThrough.ts";
import { nobody, type Peer } from "./peer.ts";

/**
 * Who is asked and told on one connection, on which several requests may be open.
 *
 * A server does not say which of them it asks for, unless its message came in the stream of that request. Without that
 * it is the request that was sent last.
 */
export class Peers {
  readonly #owner: Peer;
  readonly #inFlight: Peer[] = [];
  readonly #askedBy = new Map<string | number, Peer>();

  /** @param owner is asked when no request is open, and told of changes in any case: they are part of no request */
  constructor(owner: Peer) {
    this.#owner = owner;
  }

  get current(): Peer {
    return this.#inFlight.at(-1) ?? this.#owner;
  }

  /** The newest that can be asked: a request of which nobody can be asked anything is none of a question's. */
  get asked(): Peer {
    return this.#inFlight.findLast(({ request }) => request !== nobody.request) ?? this.#owner;
  }

  enter(peer: Peer): void {
    this.#inFlight.push(peer);
  }

  leave(peer: Peer): void {
    this.#inFlight.splice(this.#inFlight.lastIndexOf(peer), 1);
  }

  /** Who answers the server's request of this id; to be asked once for each. */
  of(id: string | number): Peer {
    const known = this.#askedBy.get(id);
    this.#askedBy.delete(id);
    return known ?? this.asked;
  }

  tell(method: string, params: Json | undefined, peer: Peer = this.current): void {
    (isChangeNotification(method) ? this.#owner : peer).notify(method, withoutSubscriptionId(params));
  }

  /**
   * Notes whose stream a message came in.
   *
   * @returns whether the SDK has to see to the message; otherwise the peer was told
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

/** What the SDK keeps account of: the questions that are open, and the progress of its own requests. */
const ofTheProtocol = new Set(["notifications/cancelled", "notifications/progress"]);
