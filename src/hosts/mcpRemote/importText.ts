import type { McpRemoteEntry } from "./mcpRemoteEntry.ts";

/** What is there already when an entry is imported. */
export interface ImportSituation {
  /** The name of the connection that its address has. */
  readonly connected?: string | undefined;
  /** Whether its file has an entry of that connection. */
  readonly hasEntry?: boolean;
  /** What the person has set for its address, by the names of the settings. */
  readonly set?: readonly string[];
}

/** The outcome of an import for people, one line per option, without secrets. */
export function importText(entry: McpRemoteEntry, { connected, hasEntry, set = [] }: ImportSituation = {}): string {
  const { url, outcomes, settings, isDisabled } = entry;
  const signs = { kept: "✓", notNeeded: "–", cannotBeKept: "✗" };
  const heads = { kept: "kept", notNeeded: "not needed", cannotBeKept: "not kept" };
  const stays = Object.keys(settings).filter((name) => set.includes(name));
  const lines = outcomes.map(({ option, kind, words }) =>
    connected !== undefined && kind === "kept"
      ? `– ${option}, not taken over: "${connected}" goes on as it is connected`
      : `${signs[kind]} ${option}, ${heads[kind]}: ${words}`,
  );
  return [
    `${url}, through Gateway Connect.`,
    ...(connected === undefined ? [] : [`It is connected already, as "${connected}": nobody signs in anew.`]),
    ...(hasEntry ? ["The file has an entry of that connection: this one is taken out of it."] : []),
    ...(isDisabled && !hasEntry ? ["It is switched off in the file, and stays so."] : []),
    ...lines,
    ...(connected === undefined && stays.length > 0
      ? [`Your settings have this for the address, and it stays as it is there: ${stays.join(", ")}.`]
      : []),
  ].join("\n");
}
