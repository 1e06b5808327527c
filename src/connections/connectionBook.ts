import { GatewayFailure } from "../failures/failure.ts";
import type { CrossProcessLock } from "../lib/crossProcessLock.ts";
import { type JsonRecord, type RecordList, readRecordList, recordText } from "../lib/json/recordList.ts";
import { isSameAddress, withoutSlash } from "../lib/sameAddress.ts";
import { sha256Hex } from "../lib/sha256Hex.ts";
import type { TextFile } from "../lib/textFile.ts";
import { type Connection, renamed } from "./connection.ts";
import { withSignOut } from "./signOut/signOutMarks.ts";

/** The name of the lock that the list is changed under. */
export const connectionsLock = "connections";

/** Version 1 kept no consents for sign-ins that several gateways share. */
const version = 2;

/** What a change of the list starts from: what is stored at that moment, under the lock. */
export interface StoredConnections {
  readonly connections: readonly Connection[];
  /** What sign-outs left behind, see `signOutMarks.ts`. */
  readonly signOuts: unknown;
}

/** What a change leaves; what it does not name stays as it is. */
export interface ChangedConnections<T> extends Partial<StoredConnections> {
  readonly result: T;
}

/**
 * The gateways a person connected, the same list in every window. It holds no secret.
 *
 * What this version does not know in the list, of a newer one, stays there byte for byte.
 */
export class ConnectionBook {
  readonly #file: TextFile;
  readonly #lock: CrossProcessLock;
  readonly #onChanged: () => void;
  #connections: readonly Connection[] = [];
  #changes = 0;

  constructor(file: TextFile, lock: CrossProcessLock, onChanged: () => void) {
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
    return this.#connections.find((connection) => isSameAddress(connection.url, url));
  }

  /**
   * Takes in what is stored, at the start and when another window changed it.
   *
   * @throws GatewayFailure `file_damaged`
   */
  async load(): Promise<void> {
    const before = JSON.stringify(this.#connections);
    const changes = this.#changes;
    const stored = connectionsOf(await this.#read());
    // A change of our own that came in between is newer than what was read.
    if (changes !== this.#changes) return this.load();
    this.#connections = stored;
    if (JSON.stringify(stored) !== before) this.#onChanged();
  }

  /**
   * Adds a connection, or brings one up to date: what the new one does not say stays, its sign-in for example.
   *
   * @throws GatewayFailure `file_damaged`, as every change does
   */
  add(connection: Connection): Promise<void> {
    return this.#update((all) =>
      all.some(({ id }) => id === connection.id)
        ? all.map((one) => (one.id === connection.id ? { ...one, ...connection } : one))
        : [...all, connection],
    );
  }

  /**
   * Removes a connection, which is a sign-out too for a sign-in to it that is on its way.
   *
   * @param now milliseconds since the epoch
   */
  remove(id: string, now: number): Promise<void> {
    return this.change(async ({ connections, signOuts }) => ({
      connections: connections.filter((connection) => connection.id !== id),
      signOuts: withSignOut(signOuts, [id], now),
      result: undefined,
    }));
  }

  /** Gives a connection another name. */
  rename(id: string, name: string): Promise<void> {
    return this.#update((all) =>
      all.map((connection) => (connection.id === id ? renamed(connection, name) : connection)),
    );
  }

  /** Calls a connection by another name everywhere: editors and hosts learn it too. */
  nameAnew(id: string, name: string): Promise<void> {
    return this.#update((all) =>
      all.map((connection) => {
        if (connection.id !== id) return connection;
        const { serverName: _, ...rest } = connection;
        return { ...rest, name };
      }),
    );
  }

  /** Remembers whether the editor's agent goes to a gateway itself. */
  setDirect(id: string, isDirect: boolean): Promise<void> {
    const changed = ({ isDirect: _, ...rest }: Connection): Connection => ({ ...rest, ...(isDirect && { isDirect }) });
    return this.#update((all) => all.map((connection) => (connection.id === id ? changed(connection) : connection)));
  }

  /** Remembers that a gateway's provider takes no resource indicator. */
  forgetResource(id: string): Promise<void> {
    return this.#update((all) =>
      all.map((connection) => (connection.id === id ? withoutResource(connection) : connection)),
    );
  }

  /** Changes the list under its lock, so that two windows keep each other's changes. `act` may take its time. */
  async change<T>(act: (stored: StoredConnections) => Promise<ChangedConnections<T>>): Promise<T> {
    const { result, isChanged } = await this.#lock.run(connectionsLock, async () => {
      const list = await this.#read();
      const before = connectionsOf(list);
      const {
        result,
        connections = before,
        signOuts,
      } = await act({
        connections: before,
        signOuts: list.member("signOuts"),
      });
      const isChanged = connections !== before || signOuts !== undefined;
      if (isChanged) {
        const known = list.member("version");
        const members = {
          version: typeof known === "number" ? Math.max(known, version) : version,
          ...(signOuts !== undefined && { signOuts }),
        };
        await this.#file.write(list.withRecords(recordsOf(list, connections, this.#file.isCompact), members));
        this.#connections = connections;
        this.#changes += 1;
      }
      return { result, isChanged };
    });
    if (isChanged) this.#onChanged();
    return result;
  }

  async #update(change: (all: readonly Connection[]) => readonly Connection[]): Promise<void> {
    await this.change(async ({ connections }) => ({ connections: change(connections), result: undefined }));
  }

  async #read(): Promise<RecordList> {
    const text = await this.#file.read();
    const list = readRecordList(text, "connections", this.#file.isCompact);
    if (list) return list;
    const reason = text?.trim() === "" ? "it is empty" : "it is no list of connections";
    throw new GatewayFailure("file_damaged", { path: this.#file.path, reason });
  }
}

/** The texts of the list with these connections in it: changed ones in their place, new ones behind, unknown ones as they are. */
function recordsOf(list: RecordList, connections: readonly Connection[], isCompact = false): readonly string[] {
  const next = new Map(connections.map((connection) => [connection.id, connection]));
  const kept = list.records.flatMap((record) => {
    if (!isConnection(record.value)) return [record.text];
    const connection = next.get(record.value.id);
    next.delete(record.value.id);
    if (!connection) return [];
    return [isSame(connection, record) ? record.text : recordText(connection, isCompact)];
  });
  return [...kept, ...[...next.values()].map((connection) => recordText(connection, isCompact))];
}

const isSame = (connection: Connection, { value }: JsonRecord): boolean =>
  JSON.stringify(connection) === JSON.stringify(value);

/** The connection of a provider that takes no resource indicator. */
export function withoutResource(connection: Connection): Connection {
  const { authorization } = connection;
  if (authorization.kind !== "oauth") return connection;
  const { resource: _, ...rest } = authorization;
  return { ...connection, authorization: rest };
}

/** A short, stable name for the gateway at this address. */
export async function connectionId(url: string): Promise<string> {
  return (await sha256Hex(withoutSlash(url))).slice(0, 10);
}

/** The connections of a list. What is none of this version's is left out here, and stays in the file. */
function connectionsOf(list: RecordList): readonly Connection[] {
  const known = list.records.map(({ value }) => value).filter(isConnection);
  const stored = list.member("version");
  return typeof stored === "number" && stored >= 2 ? known : known.map(withEarlierConsent);
}

/** See `SharingConsent`: whoever shared a sign-in before consents were kept goes on without being asked again. */
function withEarlierConsent(connection: Connection): Connection {
  const { sessionId, sharing } = connection;
  return sessionId === undefined || sharing
    ? connection
    : { ...connection, sharing: { kind: "beforeRecords", sessionId } };
}

const isTextOrAbsent = (value: unknown): boolean => value === undefined || typeof value === "string";

function isConnection(value: unknown): value is Connection {
  const { id, name, url, authorization } = (value ?? {}) as Partial<Connection>;
  return (
    typeof id === "string" &&
    typeof name === "string" &&
    typeof url === "string" &&
    URL.canParse(url) &&
    (authorization?.kind === "none" ||
      (authorization?.kind === "aws" &&
        isTextOrAbsent(authorization.profile) &&
        isTextOrAbsent(authorization.region)) ||
      (authorization?.kind === "oauth" &&
        typeof authorization.clientId === "string" &&
        Array.isArray(authorization.scopes) &&
        typeof authorization.server?.issuer === "string"))
  );
}
