import type { HostId } from "./hosts.ts";

/** Where one of our entries is, so that it is found again when something about it changes. */
export interface WrittenEntry {
  readonly connectionId: string;
  readonly host: HostId;
  readonly path: string;
  /** We switched it off at a sign-out, and switch it on again. */
  readonly disabled?: boolean;
}

/** The entries that the list of written ones holds. What is none of this version's is left out. */
export function writtenEntries(stored: unknown): readonly WrittenEntry[] {
  const list = (stored as { entries?: unknown } | undefined)?.entries;
  return Array.isArray(list) ? list.filter(isEntry) : [];
}

function isEntry(value: unknown): value is WrittenEntry {
  const { connectionId, host, path } = (value ?? {}) as Partial<WrittenEntry>;
  return [connectionId, host, path].every((part) => typeof part === "string");
}
