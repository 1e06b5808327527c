import { GatewayFailure } from "../failures/failure.ts";
import type { Host } from "./hosts.ts";

/** One server of an mcp.json that a program is started for. */
export interface HostEntry {
  readonly type?: "stdio";
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What an entry needs to know. None of it is secret. */
export interface EntryFacts {
  /** The program that runs the bridge. */
  readonly command: string;
  readonly bridge: string;
  /** The extension's storage, where windows announce themselves. */
  readonly folder: string;
  readonly connectionId: string;
  /** Changed to make the host connect anew. */
  readonly nonce: string;
}

/** The mark of our entries. It is in `env`, since hosts drop keys that they do not know when they write the file. */
const OWNER_VARIABLE = "GATEWAY_CONNECT_ENTRY";

/**
 * The entry of a connection for a host.
 *
 * No time limit is in it: Kiro changed its unit from seconds to milliseconds. Nor is anything that a host would take for
 * a variable.
 *
 * @throws GatewayFailure `host_entry_impossible` for a path that a host would read as a variable
 */
export function hostEntry(host: Host, facts: EntryFacts): HostEntry {
  const { command, bridge, folder, connectionId, nonce } = facts;
  for (const path of [command, bridge, folder]) {
    if (path.includes("${")) throw new GatewayFailure("host_entry_impossible", { path });
  }
  return {
    ...(host.typed && { type: "stdio" as const }),
    command,
    args: [bridge],
    env: {
      // The editor's own program is a Node only with this, and hosts do not hand it on.
      ELECTRON_RUN_AS_NODE: "1",
      GATEWAY_CONNECT_FOLDER: folder,
      ...entryMark(connectionId, nonce),
    },
  };
}

/** What tells whose an entry is; another nonce makes the host connect anew. */
export function entryMark(connectionId: string, nonce: string): Readonly<Record<string, string>> {
  return { [OWNER_VARIABLE]: `${connectionId}:${nonce}` };
}

/** Whose an entry is, by its mark; undefined for everybody else's. */
export function ownerOf(entry: unknown): { readonly connectionId: string; readonly nonce: string } | undefined {
  const env = (entry as { env?: unknown } | null | undefined)?.env;
  const mark = typeof env === "object" && env !== null ? (env as Record<string, unknown>)[OWNER_VARIABLE] : undefined;
  const [connectionId, nonce = ""] = typeof mark === "string" ? mark.split(":") : [];
  return connectionId ? { connectionId, nonce } : undefined;
}

/** The longest key of a server: hosts put it before the name of each tool, and cut the whole. */
const MAX_KEY = 12;

/** A short key for a connection, of letters, digits and dashes, that no other server has. */
export function serverKey(name: string, taken: ReadonlySet<string>): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  const base = plain.slice(0, MAX_KEY).replace(/-+$/, "") || "gateway";
  for (let number = 1; ; number++) {
    const end = number === 1 ? "" : `-${number}`;
    const key = `${base.slice(0, MAX_KEY - end.length).replace(/-+$/, "")}${end}`;
    if (!taken.has(key)) return key;
  }
}
