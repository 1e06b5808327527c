import type { CrossProcessLock } from "../lib/crossProcessLock.ts";
import { sha256Hex } from "../lib/sha256Hex.ts";
import type { Connection } from "./connection.ts";

/** Where the list of connections is kept between windows and restarts. It holds no secret. */
export interface ConnectionFile {
  /** The stored value, undefined when there is none. */
  read(): Promise<unknown>;
  write(value: unknown): Promise<void>;
}

/** The gateways a person connected, the same list in every window. */
export class ConnectionBook {
  readonly #file: ConnectionFile;
  readonly #lock: CrossProcessLock;
  readonly #onChanged: () => void;
  #connections: readonly Connection[] = [];
  #changes = 0;

  constructor(file: ConnectionFile, lock: CrossProcessLock, onChanged: () => void) {
    this.#file = file;
    this.#lock = lock;
    this.#onChanged = onChanged;
  }

  get all(): readonly Connection[] {
    return this.#connections;
  }

  find(id: string): Connection | undefined {
    return this.#connections.find((connection) => connection.id === id);
  }

  byUrl(url: string): Connection | undefined {
    return this.#connections.find((connection) => sameUrl(connection.url, url));
  }

  /** Takes in what is stored, at the start and when another window changed it. */
  async load(): Promise<void> {
    const before = JSON.stringify(this.#connections);
    const changes = this.#changes;
    const stored = read(await this.#file.read());
    // A change of our own that came in between is newer than what was read.
    if (changes !== this.#changes) return this.load();
    this.#connections = stored;
    if (JSON.stringify(stored) !== before) this.#onChanged();
  }

  add(connection: Connection): Promise<void> {
    return this.#change((all) => [...all.filter(({ id }) => id !== connection.id), connection]);
  }

  remove(id: string): Promise<void> {
    return this.#change((all) => all.filter((connection) => connection.id !== id));
  }

  /** Says which session a gateway uses now, or none. */
  setSession(id: string, sessionId: string | undefined): Promise<void> {
    return this.#change((all) =>
      all.map((connection) => {
        if (connection.id !== id) return connection;
        const { sessionId: _, ...rest } = connection;
        return sessionId === undefined ? rest : { ...rest, sessionId };
      }),
    );
  }

  /** Remembers that a gateway's provider takes no resource indicator. */
  forgetResource(id: string): Promise<void> {
    return this.#change((all) =>
      all.map((connection) => (connection.id === id ? withoutResource(connection) : connection)),
    );
  }

  /** Every change starts from what is stored, so that two windows keep each other's. */
  async #change(change: (all: readonly Connection[]) => readonly Connection[]): Promise<void> {
    await this.#lock.run("connections", async () => {
      const next = change(read(await this.#file.read()));
      await this.#file.write({ version: 1, connections: next });
      this.#connections = next;
      this.#changes += 1;
    });
    this.#onChanged();
  }
}

/** The connection of a provider that takes no resource indicator. */
export function withoutResource(connection: Connection): Connection {
  const { authorization } = connection;
  if (authorization.kind === "none") return connection;
  const { resource: _, ...rest } = authorization;
  return { ...connection, authorization: rest };
}

/** A short, stable name for the gateway at this address. */
export async function connectionId(url: string): Promise<string> {
  return (await sha256Hex(url.replace(/\/$/, ""))).slice(0, 10);
}

const sameUrl = (one: string, other: string): boolean => one.replace(/\/$/, "") === other.replace(/\/$/, "");

/** What is not a connection of this version is left out here, and stays in the file until the next change. */
function read(stored: unknown): Connection[] {
  const list = (stored as { connections?: unknown } | undefined)?.connections;
  return Array.isArray(list) ? list.filter(isConnection) : [];
}

function isConnection(value: unknown): value is Connection {
  const { id, name, url, authorization } = (value ?? {}) as Partial<Connection>;
  return (
    typeof id === "string" &&
    typeof name === "string" &&
    typeof url === "string" &&
    URL.canParse(url) &&
    (authorization?.kind === "none" ||
      (authorization?.kind === "oauth" &&
        typeof authorization.clientId === "string" &&
        Array.isArray(authorization.scopes) &&
        typeof authorization.server?.issuer === "string"))
  );
}
