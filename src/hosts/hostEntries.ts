import { asFailure } from "../failures/failure.ts";
import type { CrossProcessLock } from "../lib/crossProcessLock.ts";
import type { Log } from "../lib/log.ts";
import type { TextFile } from "../lib/textFile.ts";
import type { HostFileText } from "./formats/format.ts";
import { formatOf } from "./formats/formats.ts";
import { type BridgeStart, entryMark, hostEntry, ownerOf, serverKey } from "./hostEntry.ts";
import { type Host, type HostFile, hostOf } from "./hosts.ts";
import { WrittenEntries, type WrittenEntry } from "./writtenEntries.ts";

/** Reads and changes the files of other programs. */
export interface HostFiles {
  /** The text of a file; undefined when there is no such file. @throws GatewayFailure `host_file_unusable` */
  read(path: string): Promise<string | undefined>;
  /**
   * Replaces the text of a file. When another program writes the file meanwhile, `change` runs again on the new text.
   *
   * @param change may run several times; when it returns the same text, or undefined, the file stays as it is
   * @returns whether it was written
   * @throws GatewayFailure `host_file_unusable`, `host_file_busy`, `host_file_protected`, and whatever `change` throws
   */
  change(path: string, change: (text: string | undefined) => string | undefined): Promise<boolean>;
}

export interface HostEntriesWorld {
  readonly files: HostFiles;
  /** Keeps the list of written entries. */
  readonly book: TextFile;
  readonly lock: CrossProcessLock;
  /** A program that was tried and runs the bridge for a host. @throws GatewayFailure `runtime_not_found` */
  readonly runtime: (host: Pick<Host, "wantsNode">) => Promise<string>;
  /** Whether the program that an entry names still exists. */
  readonly exists: (path: string) => Promise<boolean>;
  /** The path of the bridge, which survives updates of the extension. */
  readonly bridge: () => Promise<string>;
  /** The extension's storage. */
  readonly folder: string;
  readonly nonce: () => string;
  /** The variables of an entry that name the proxy and the certificates, see `entryEnvironment`. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** Looks whether a host's file may have an entry of a gateway. @throws GatewayFailure `managed_entry_refused` and others */
  readonly mayEnter?: (connectionId: string, host: string) => void;
  readonly log: Log;
}

/** A connection as its entry names it. */
export interface EnteredConnection {
  readonly id: string;
  readonly name: string;
}

/** A change to a file, to be shown before it is made. */
export interface EntryPreview {
  readonly path: string;
  readonly key: string;
  readonly before: string | undefined;
  readonly after: string;
}

/** Writes our entries into the files of hosts, keeps them up to date, and removes them. */
export class HostEntries {
  readonly #world: HostEntriesWorld;
  readonly #written: WrittenEntries;

  constructor(world: HostEntriesWorld) {
    this.#world = world;
    this.#written = new WrittenEntries(world.book, world.lock);
  }

  /** @throws GatewayFailure `file_damaged` */
  all(): Promise<readonly WrittenEntry[]> {
    return this.#written.all();
  }

  /** @throws GatewayFailure `host_file_invalid`, `runtime_not_found`, `host_entry_impossible` */
  async preview(connection: EnteredConnection, file: HostFile): Promise<EntryPreview> {
    const put = await this.#puts(connection, file);
    const before = await this.#world.files.read(file.path);
    return { path: file.path, before, ...put(before) };
  }

  /**
   * Writes the entry of a connection, or updates the one that exists.
   *
   * @returns whether the file was changed
   * @throws GatewayFailure of `preview` and of `HostFiles.change`
   */
  async add(connection: EnteredConnection, file: HostFile): Promise<boolean> {
    const put = await this.#puts(connection, file);
    const written = await this.#world.files.change(file.path, (text) => put(text).after);
    await this.#written.remember({ connectionId: connection.id, host: file.host.id, path: file.path });
    return written;
  }

  /** The text of a file with the entry of a connection and nothing else, for a host in which it is pasted. */
  async pasted(connection: EnteredConnection, host: Host): Promise<string> {
    const put = await this.#puts(connection, { host, path: host.title });
    return put(undefined).after;
  }

  /**
   * Replaces another server with the entry of a connection. Its key stays, and so do the members that the person set.
   *
   * @throws GatewayFailure of `preview` and of `HostFiles.change`
   */
  async replace({ id }: EnteredConnection, { host, path, key }: HostFile & { readonly key: string }): Promise<void> {
    this.#world.mayEnter?.(id, host.id);
    const format = await formatOf(host);
    const entry = hostEntry(await this.#start(host), { connectionId: id, nonce: this.#world.nonce() });
    await this.#world.files.change(path, (text) => {
      const file = format.read(text, path);
      const hasOurs = file.servers.some(({ connectionId }) => connectionId === id);
      return hasOurs ? file.withoutEntry(key) : file.withEntry(key, entry);
    });
    await this.#written.remember({ connectionId: id, host: host.id, path });
  }

  /**
   * Repairs every entry whose program or bridge has moved, after an update of the editor or a restored file, or that names
   * another proxy or other certificates than the editor knows. It forgets entries that a person removed, and removes those of
   * gateways that are gone. Failures are logged and retried at the next start.
   */
  async repair(connections: readonly EnteredConnection[]): Promise<void> {
    for (const written of await this.all()) {
      const connection = connections.find(({ id }) => id === written.connectionId);
      await this.#quietly(written, async () => {
        if (!connection) return this.#takeOut(written);
        const { found, host } = await this.#find(written);
        if (!found) return this.#written.forget(written);
        const bridge = await this.#world.bridge();
        const { args, command = "", env = {} } = found.entry;
        const isEnvironment = Object.entries(this.#world.environment()).every(([name, value]) => env[name] === value);
        const right = args?.[0] === bridge && isEnvironment && (await this.#world.exists(command));
        if (right) return;
        const put = await this.#puts(connection, { host, path: written.path });
        await this.#world.files.change(written.path, (text) => put(text).after);
      });
    }
  }

  /** Makes those hosts reconnect that read the list of tools only when they connect. */
  async reconnect(connectionId: string): Promise<void> {
    for (const written of await this.all()) {
      const host = hostOf(written.host);
      if (written.connectionId !== connectionId || host.hearsListChanges) continue;
      const nonce = this.#world.nonce();
      await this.#quietly(written, async () => {
        const env = entryMark({ connectionId, nonce });
        await this.#changeEntry(written, (file, key) => file.withEntry(key, { env }));
      });
    }
  }

  /**
   * Removes the entries of a connection from every file.
   *
   * @returns the files that could not be changed, each with its error
   */
  async remove(connectionId: string): Promise<readonly { readonly path: string; readonly error: unknown }[]> {
    const failed: { path: string; error: unknown }[] = [];
    for (const written of await this.all()) {
      if (written.connectionId !== connectionId) continue;
      await this.#takeOut(written).catch((error) => failed.push({ path: written.path, error }));
    }
    return failed;
  }

  /**
   * Removes every entry that stands as it was written, whosever it is.
   *
   * @returns the files that still have one: it was changed, or the file could not be
   */
  async removeAsWritten(): Promise<readonly string[]> {
    const left: string[] = [];
    for (const written of await this.all()) {
      try {
        const { found } = await this.#find(written);
        if (found && !found.isAsWritten) left.push(written.path);
        else await this.#takeOut(written);
      } catch {
        left.push(written.path);
      }
    }
    return left;
  }

  /** Switches the entries of a connection off, or switches those on again that we switched off. */
  async setDisabled(connectionId: string, disabled: boolean): Promise<void> {
    for (const written of await this.all()) {
      if (written.connectionId !== connectionId || (!disabled && !written.disabled)) continue;
      await this.#quietly(written, async () => {
        const changed = await this.#changeEntry(written, (file, key) => file.withDisabled(key, disabled));
        if (changed || !disabled) await this.#written.remember({ ...written, disabled });
      });
    }
  }

  async #start(host: Host): Promise<BridgeStart> {
    const { runtime, bridge, folder } = this.#world;
    const [command, script] = await Promise.all([runtime(host), bridge()]);
    return { command, bridge: script, folder, isNode: host.wantsNode, environment: this.#world.environment() };
  }

  /** What puts the entry of a connection into a file's text, or updates it there. */
  async #puts({ id, name }: EnteredConnection, { host, path }: HostFile) {
    this.#world.mayEnter?.(id, host.id);
    const start = await this.#start(host);
    const newNonce = this.#world.nonce();
    const format = await formatOf(host);
    return (text: string | undefined): { readonly key: string; readonly after: string } => {
      const file = format.read(text, path);
      const known = file.servers.find(({ connectionId }) => connectionId === id);
      const key = known?.key ?? serverKey(name, new Set(file.servers.map((server) => server.key)));
      // The nonce stays, so that the host does not reconnect.
      const nonce = ownerOf(known?.entry.env)?.nonce ?? newNonce;
      return { key, after: file.withEntry(key, hostEntry(start, { connectionId: id, nonce })) };
    };
  }

  async #find(written: WrittenEntry) {
    const host = hostOf(written.host);
    const file = (await formatOf(host)).read(await this.#world.files.read(written.path), written.path);
    return { host, found: entryIn(file, written) };
  }

  /** Changes an entry that we wrote, where it is still there. @returns whether the file was changed */
  async #changeEntry(
    written: WrittenEntry,
    change: (file: HostFileText, key: string) => string | undefined,
  ): Promise<boolean> {
    const format = await formatOf(hostOf(written.host));
    return this.#world.files.change(written.path, (text) => {
      const file = format.read(text, written.path);
      const found = entryIn(file, written);
      return found && change(file, found.key);
    });
  }

  async #takeOut(written: WrittenEntry): Promise<void> {
    await this.#changeEntry(written, (file, key) => file.withoutEntry(key));
    await this.#written.forget(written);
  }

  async #quietly({ path }: WrittenEntry, act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#world.log.warn("an entry of an mcp.json was left unchanged", { path, code: asFailure(error).code });
    }
  }
}

const entryIn = ({ servers }: HostFileText, { connectionId }: WrittenEntry) =>
  servers.find((entry) => entry.connectionId === connectionId);
