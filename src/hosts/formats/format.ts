import type { HostEntry } from "../hostEntry.ts";

/** One server in a host's file, ours or another. */
export interface ServerEntry {
  readonly key: string;
  readonly value: unknown;
  /** The connection that our entry belongs to; absent for other servers. */
  readonly connectionId?: string;
}

/** Where an entry is: the file, for messages, and the entry's key among its servers. */
export interface EntryLocation {
  readonly path: string;
  readonly key: string;
}

/**
 * How a file names its MCP servers. Every function takes and gives the whole text, undefined where there is no file, and
 * leaves each byte that is not the entry's as it is. Each throws GatewayFailure `host_file_invalid` for a file that
 * cannot be changed safely.
 */
export interface HostFileFormat {
  /** @param path the file, for messages */
  read(text: string | undefined, path: string): readonly ServerEntry[];
  /** The text with our entry in it. An entry that is there keeps its other members, which the person may have set. */
  withEntry(text: string | undefined, at: EntryLocation, entry: Partial<HostEntry>): string;
  /** The text without the entry; the same text when there is no such entry. */
  withoutEntry(text: string | undefined, at: EntryLocation): string | undefined;
  /** The text with our entry switched off or on. */
  withDisabled(text: string, at: EntryLocation, disabled: boolean): string;
}
