import type { McpRemoteEntry } from "./mcpRemoteEntry.ts";

/** What becomes of an entry, a line for each thing it says; no secret is in it. */
export function importText({ url, outcomes }: McpRemoteEntry): string {
  const signs = { kept: "✓", notNeeded: "–", cannotBeKept: "✗" };
  const heads = { kept: "kept", notNeeded: "not needed", cannotBeKept: "not kept" };
  return [
    `${url}, through Gateway Connect.`,
    ...outcomes.map(({ option, kind, words }) => `${signs[kind]} ${option}, ${heads[kind]}: ${words}`),
  ].join("\n");
}
