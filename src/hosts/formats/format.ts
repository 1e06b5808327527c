import type { HostEntry } from "../hostEntry.ts";
import type { ReadEntry } from "./entryShape.ts";

/** One server in a host's file, ours or another. */
export interface ServerEntry {
  readonly key: string;
  /** As it stands in the file. */
  readonly value: unknown;
  /** What it says, in the same form for every host. */
  readonly entry: ReadEntry;
  /** Whether it has no member but those that we write. */
  readonly isAsWritten: boolean;
  /** The connection that our entry belongs to; absent for other servers. */
  readonly connectionId?: string;
}

/**
 * The text of a host's file, read once. Each change gives the whole text with every byte as it was that is not the
 * entry's.
 */
export interface HostFileText {
  readonly servers: readonly ServerEntry[];
  /** The text with our entry in it. An entry that is there keeps its other members, which the person may have set. */
  withEntry(key: string, entry: Partial<HostEntry>): string;
  /** The text without the entry; the same text, or undefined where there is no file, when there is no such entry. */
  withoutEntry(key: string): string | undefined;
  /** The text with our entry switched off or on; the same text when there is no such entry, or the host keeps that elsewhere. */
  withDisabled(key: string, disabled: boolean): string | undefined;
}

/** How a file names its MCP servers. */
export interface HostFileFormat {
  /**
   * @param text undefined where there is no file
   * @param path the file, for messages
   * @throws GatewayFailure `host_file_invalid` for a file that cannot be changed safely
   */
  read(text: string | undefined, path: string): HostFileText;
}
