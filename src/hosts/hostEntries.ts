import { asFailure } from "../failures/failure.ts";
import type { CrossProcessLock } from "../lib/crossProcessLock.ts";
import type { Log } from "../lib/log.ts";
import { type EntryFacts, entryMark, type HostEntry, hostEntry, ownerOf, serverKey } from "./hostEntry.ts";
import { readHostFile, withDisabled, withEntry, withoutEntry } from "./hostFile.ts";
import { type Host, hostOf } from "./hosts.ts";
import { type WrittenEntry, writtenEntries } from "./writtenEntries.ts";

/** The files of other programs. */
export interface HostFiles {
  /** Undefined where there is none. */
  read(path: string): Promise<string | undefined>;
  /**
   * Replaces the text of a file, whole, unless another program writes it meanwhile: then with that taken in.
   *
   * @param change may run several times; the same text, or undefined, leaves the file alone
   * @returns whether it was written
   * @throws GatewayFailure `host_file_busy`, `host_file_protected`, and whatever `change` throws
   */
  change(path: string, change: (text: string | undefined) => string | undefined): Promise<boolean>;
}

export interface HostEntriesWorld {
  readonly files: HostFiles;
  /** Keeps the list of written entries. */
  readonly book: { read(): Promise<unknown>; write(value: unknown): Promise<void> };
  readonly lock: CrossProcessLock;
  /** The program that runs the bridge, tried out. @throws GatewayFailure `runtime_not_found` */
  readonly runtime: () => Promise<string>;
  /** Whether a program that an entry names can still be started. */
  readonly exists: (path: string) => Promise<boolean>;
  /** The bridge's path, at a place that outlasts updates. */
  readonly bridge: () => Promise<string>;
  /** The extension's storage. */
  readonly folder: string;
  readonly nonce: () => string;
  readonly log: Log;
}

/** What a change of a file would be, to be shown before it is made. */
export interface EntryPreview {
  readonly path: string;
  readonly key: string;
  readonly before: string | undefined;
  readonly after: string;
}

/** Our entries in the files of hosts: written, kept right, and taken out again. */
export class HostEntries {
  readonly #world: HostEntriesWorld;

  constructor(world: HostEntriesWorld) {
    this.#world = world;
  }

  async all(): Promise<readonly WrittenEntry[]> {
    return writtenEntries(await this.#world.book.read());
  }

  /** @throws GatewayFailure `host_file_invalid`, `runtime_not_found`, `host_entry_impossible` */
  async preview(connection: { id: string; name: string }, host: Host, path: string): Promise<EntryPreview> {
    const facts = await this.#facts();
    const before = await this.#world.files.read(path);
    return { path, before, ...put(before, connection, host, path, facts) };
  }

  /**
   * Writes the entry of a connection; one that is there already is brought up to date.
   *
   * @returns whether the file was changed
   * @throws GatewayFailure of `preview` and of `HostFiles.change`
   */
  async add(connection: { id: string; name: string }, host: Host, path: string): Promise<boolean> {
    const facts = await this.#facts();
    const written = await this.#world.files.change(path, (text) => put(text, connection, host, path, facts).after);
    await this.#remember({ connectionId: connection.id, host: host.id, path });
    return written;
  }

  /**
   * Puts the entry of a connection in the place of another server, whose key and whatever the person set in it stay.
   *
   * @throws GatewayFailure of `preview` and of `HostFiles.change`
   */
  async replace(connection: { id: string; name: string }, host: Host, path: string, key: string): Promise<void> {
    const facts = await this.#facts();
    await this.#world.files.change(path, (text) => {
      const ours = readHostFile(text, host.rootKey, path).some(({ connectionId }) => connectionId === connection.id);
      if (ours) return withoutEntry(text, host.rootKey, key, path);
      return withEntry(text, host.rootKey, key, hostEntry(host, { ...facts, connectionId: connection.id }), path);
    });
    await this.#remember({ connectionId: connection.id, host: host.id, path });
  }

  /**
   * Makes every entry start what is there now, after an update has moved the editor or a file was restored. Entries that a
   * person took out are forgotten, and those of gateways that are gone are taken out. What fails is told to the log, and
   * tried again at the next start.
   */
  async repair(connections: readonly { readonly id: string; readonly name: string }[]): Promise<void> {
    for (const written of await this.all()) {
      const connection = connections.find(({ id }) => id === written.connectionId);
      await this.#quietly(written, async () => {
        if (!connection) return this.#takeOut(written);
        const { found, host } = await this.#find(written);
        if (!found) return this.#forget(written);
        const bridge = await this.#world.bridge();
        const current = found.value as Partial<HostEntry>;
        const right = current.args?.[0] === bridge && (await this.#world.exists(String(current.command)));
        if (right) return;
        const facts = await this.#facts();
        await this.#world.files.change(written.path, (text) => put(text, connection, host, written.path, facts).after);
      });
    }
  }

  /** Makes hosts connect anew that read the list of tools only then. */
  async reconnect(connectionId: string): Promise<void> {
    for (const written of await this.all()) {
      const host = hostOf(written.host);
      if (written.connectionId !== connectionId || host.hearsListChanges) continue;
      const nonce = this.#world.nonce();
      await this.#quietly(written, async () => {
        await this.#world.files.change(written.path, (text) => {
          const found = entryIn(text, written);
          if (text === undefined || !found) return undefined;
          return withEntry(text, host.rootKey, found.key, { env: entryMark(connectionId, nonce) }, written.path);
        });
      });
    }
  }

  /**
   * Takes the entries of a connection out of every file.
   *
   * @returns the files that could not be changed, each with what was wrong
   */
  async remove(connectionId: string): Promise<readonly { readonly path: string; readonly error: unknown }[]> {
    const failed: { path: string; error: unknown }[] = [];
    for (const written of await this.all()) {
      if (written.connectionId !== connectionId) continue;
      await this.#takeOut(written).catch((error) => failed.push({ path: written.path, error }));
    }
    return failed;
  }

  /** Switches the entries of a connection off, or those on again that were switched off here. */
  async setDisabled(connectionId: string, disabled: boolean): Promise<void> {
    for (const written of await this.all()) {
      if (written.connectionId !== connectionId || (!disabled && !written.disabled)) continue;
      const { rootKey } = hostOf(written.host);
      await this.#quietly(written, async () => {
        const changed = await this.#world.files.change(written.path, (text) => {
          const found = entryIn(text, written);
          return text && found ? withDisabled(text, rootKey, found.key, disabled, written.path) : undefined;
        });
        if (changed || !disabled) await this.#remember({ ...written, disabled });
      });
    }
  }

  async #facts(): Promise<Facts> {
    const { runtime, bridge, folder, nonce } = this.#world;
    const [command, script] = await Promise.all([runtime(), bridge()]);
    return { command, bridge: script, folder, nonce: nonce() };
  }

  async #find(written: WrittenEntry) {
    return { host: hostOf(written.host), found: entryIn(await this.#world.files.read(written.path), written) };
  }

  async #takeOut(written: WrittenEntry): Promise<void> {
    const { rootKey } = hostOf(written.host);
    await this.#world.files.change(written.path, (text) => {
      const found = entryIn(text, written);
      return found && withoutEntry(text, rootKey, found.key, written.path);
    });
    await this.#forget(written);
  }

  #remember(entry: WrittenEntry): Promise<void> {
    return this.#changeBook((all) => [...all.filter((one) => !samePlace(one, entry)), entry]);
  }

  #forget(entry: WrittenEntry): Promise<void> {
    return this.#changeBook((all) => all.filter((one) => !samePlace(one, entry)));
  }

  /** Every change starts from what is stored, so that two windows keep each other's. */
  #changeBook(change: (all: readonly WrittenEntry[]) => readonly WrittenEntry[]): Promise<void> {
    const { book, lock } = this.#world;
    return lock.run("entries", async () => book.write({ version: 1, entries: change(await this.all()) }));
  }

  async #quietly({ path }: WrittenEntry, act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#world.log.warn("an entry of an mcp.json was left as it is", { path, code: asFailure(error).code });
    }
  }
}

type Facts = Omit<EntryFacts, "connectionId">;

function put(
  text: string | undefined,
  { id, name }: { readonly id: string; readonly name: string },
  host: Host,
  path: string,
  facts: Facts,
): { readonly key: string; readonly after: string } {
  const servers = readHostFile(text, host.rootKey, path);
  const known = servers.find(({ connectionId }) => connectionId === id);
  const key = known?.key ?? serverKey(name, new Set(servers.map((server) => server.key)));
  // A host need not connect again to what it has connected to.
  const nonce = ownerOf(known?.value)?.nonce ?? facts.nonce;
  const entry = hostEntry(host, { ...facts, connectionId: id, nonce });
  return { key, after: withEntry(text, host.rootKey, key, entry, path) };
}

function entryIn(text: string | undefined, { connectionId, host, path }: WrittenEntry) {
  return readHostFile(text, hostOf(host).rootKey, path).find((entry) => entry.connectionId === connectionId);
}

const samePlace = (one: WrittenEntry, other: WrittenEntry): boolean =>
  one.connectionId === other.connectionId && one.path === other.path;
