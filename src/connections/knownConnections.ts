import { GatewayFailure } from "../failures/failure.ts";
import type { Connection } from "./connection.ts";
import { type ConnectionBook, withoutResource } from "./connectionBook.ts";
import { signOutMark } from "./signOut/signOutMarks.ts";

/** What a change of one connection finds under the lock. */
export interface ConnectionChange {
  /** Undefined where it was removed, or given up. */
  readonly now: Connection | undefined;
  /** The mark of the last sign-out, see `signOutMarks.ts`. */
  readonly mark: string | undefined;
}

/** The connections of this window: those of the shared list, and drafts, which are being made and are in no list yet. */
export class KnownConnections {
  readonly book: ConnectionBook;
  readonly #drafts = new Map<string, Connection>();

  constructor(book: ConnectionBook) {
    this.book = book;
  }

  get all(): readonly Connection[] {
    return [...this.drafts, ...this.book.all];
  }

  get drafts(): readonly Connection[] {
    return [...this.#drafts.values()];
  }

  /** A connection, also while it is being made. */
  find(id: string): Connection | undefined {
    return this.#drafts.get(id) ?? this.book.find(id);
  }

  /** The connections that use a sign-in. */
  using(sessionId: string): readonly Connection[] {
    return this.all.filter((connection) => connection.sessionId === sessionId);
  }

  findDraft(id: string): Connection | undefined {
    return this.#drafts.get(id);
  }

  /** @throws GatewayFailure `already_connecting` */
  draft(connection: Connection): void {
    const { id, url } = connection;
    if (this.#drafts.has(id)) throw new GatewayFailure("already_connecting", { url });
    this.#drafts.set(id, connection);
  }

  /** Turns a draft into a connection under its final name. */
  async keep(id: string, name: string): Promise<Connection> {
    const draft = this.#drafts.get(id);
    if (!draft) throw new GatewayFailure("unexpected", { reason: "the connection was given up meanwhile" });
    const connection = { ...draft, name };
    await this.book.add(connection);
    this.#drafts.delete(id);
    return connection;
  }

  giveUp(id: string): void {
    this.#drafts.delete(id);
  }

  /** Remembers that a gateway's provider takes no resource indicator. */
  async forgetResource(id: string): Promise<void> {
    const draft = this.#drafts.get(id);
    if (draft) this.#drafts.set(id, withoutResource(draft));
    else await this.book.forgetResource(id);
  }

  /** Changes one connection under the lock of the list: `act` returns it anew as `next`, or leaves it as it is. */
  change<T>(
    id: string,
    act: (change: ConnectionChange) => Promise<{ readonly next?: Connection | undefined; readonly result: T }>,
  ): Promise<T> {
    return this.book.change(async ({ connections, signOuts }) => {
      const draft = this.#drafts.get(id);
      const now = draft ?? connections.find((one) => one.id === id);
      const { next, result } = await act({ now, mark: signOutMark(signOuts, id) });
      if (!next) return { result };
      if (!draft) return { connections: connections.map((one) => (one.id === id ? next : one)), result };
      // A draft that was given up while `act` ran does not come back.
      if (this.#drafts.has(id)) this.#drafts.set(id, next);
      return { result };
    });
  }

  /** Takes a sign-in away from every draft that uses it. */
  leave(sessionId: string): void {
    for (const draft of this.#drafts.values()) {
      if (draft.sessionId === sessionId) this.#drafts.set(draft.id, withoutSignIn(draft));
    }
  }
}

/** A connection nobody is signed in to. */
export function withoutSignIn(connection: Connection): Connection {
  const { sessionId: _, sharing: __, ...rest } = connection;
  return rest;
}
