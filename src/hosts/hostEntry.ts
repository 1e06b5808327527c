import { GatewayFailure } from "../failures/failure.ts";

/** One server of an mcp.json, for which the host starts a program. */
export interface HostEntry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What an entry starts. None of it is secret. */
export interface BridgeStart {
  /** The program that runs the bridge. */
  readonly command: string;
  readonly bridge: string;
  /** The extension's storage folder, where windows announce themselves. */
  readonly folder: string;
  /** Whether the program is a Node for sure, for hosts that refuse the variable which makes an editor's program one. */
  readonly isNode?: boolean | undefined;
  /** What else stands in its `env`, see `entryEnvironment`. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Whose an entry is. */
export interface EntryOwner {
  readonly connectionId: string;
  /** A new value makes the host reconnect. */
  readonly nonce: string;
}

/** The variable that marks our entries. It is in `env`, since hosts drop unknown keys when they write the file. */
const OWNER_VARIABLE = "GATEWAY_CONNECT_ENTRY";

/**
 * The entry of a connection.
 *
 * It sets no time-out, since Kiro changed the unit from seconds to milliseconds, and contains nothing that a host would
 * expand as a variable.
 *
 * @throws GatewayFailure `host_entry_impossible` for a path that a host would read as a variable
 */
export function hostEntry({ command, bridge, folder, isNode, environment }: BridgeStart, owner: EntryOwner): HostEntry {
  for (const path of [command, bridge, folder]) {
    if (path.includes("${")) throw new GatewayFailure("host_entry_impossible", { path });
  }
  return {
    command,
    args: [bridge],
    env: {
      // The editor's program runs as Node only with this, and hosts do not pass it on.
      ...(!isNode && { ELECTRON_RUN_AS_NODE: "1" }),
      GATEWAY_CONNECT_FOLDER: folder,
      ...environment,
      ...entryMark(owner),
    },
  };
}

/** The mark that says whose an entry is. */
export function entryMark({ connectionId, nonce }: EntryOwner): Readonly<Record<string, string>> {
  return { [OWNER_VARIABLE]: `${connectionId}:${nonce}` };
}

/** The owner of an entry, from the mark in its variables; undefined when it is not ours. */
export function ownerOf(env: Readonly<Record<string, unknown>> | undefined): EntryOwner | undefined {
  const mark = env?.[OWNER_VARIABLE];
  const [connectionId, nonce = ""] = typeof mark === "string" ? mark.split(":") : [];
  return connectionId ? { connectionId, nonce } : undefined;
}

/** The longest key of a server, in characters: hosts prefix each tool's name with it, and truncate the result. */
const MAX_KEY = 12;

/** A short key of letters, digits and dashes for a connection, which no other server has. */
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
