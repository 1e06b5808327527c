import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";

type Id = string | number;

/**
 * What a line brings that belongs to no session, on HTTP exchanges of its own.
 *
 * On a line a request is given up with a notification, on HTTP by ending its exchange (2026-07-28, basic/transports): a
 * notification that was posted would find nobody who knows the request.
 */
export class SessionlessRequests {
  readonly #door: Pick<Transport, "send">;
  /** What ends each exchange that is under way. */
  readonly #ends = new Map<Id, AbortController>();

  constructor(door: Pick<Transport, "send">) {
    this.#door = door;
  }

  /** @throws what the door does, but nothing for a request that was given up: it has no answer */
  async send(message: JSONRPCMessage): Promise<void> {
    if (!("method" in message && "id" in message)) return await this.#door.send(message);
    const { id } = message;
    const end = new AbortController();
    this.#ends.set(id, end);
    try {
      const onRequestStreamEnd = () => this.answered(id);
      await this.#door.send(message, { requestSignal: end.signal, onRequestStreamEnd });
    } catch (error) {
      this.answered(id);
      if (!end.signal.aborted) throw error;
    }
  }

  /** Forgets a request. */
  answered(id: Id | undefined): void {
    if (id !== undefined) this.#ends.delete(id);
  }

  /** @returns whether the message gave one of these requests up */
  giveUp(message: JSONRPCMessage): boolean {
    if (!("method" in message) || message.method !== "notifications/cancelled") return false;
    const id = message.params?.requestId as Id;
    const end = this.#ends.get(id);
    if (end === undefined) return false;
    this.#ends.delete(id);
    end.abort(new Error("the host gave it up"));
    return true;
  }
}
