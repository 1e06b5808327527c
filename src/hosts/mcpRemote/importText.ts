import { english, type Translate } from "../../failures/translate.ts";
import type { McpRemoteEntry, Outcome } from "./mcpRemoteEntry.ts";

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
export function importText(
  entry: McpRemoteEntry,
  { connected, hasEntry, set = [] }: ImportSituation = {},
  say: Translate = english,
): string {
  const { url, outcomes, settings, isDisabled } = entry;
  const stays = Object.keys(settings).filter((name) => set.includes(name));
  const lines = outcomes.map((outcome) =>
    connected !== undefined && outcome.kind === "kept"
      ? `– ${say('{0}, not taken over: "{1}" goes on as it is connected', say(outcome.option), connected)}`
      : lineOf(outcome, say),
  );
  return [
    say("{0}, through Gateway Connect.", url),
    ...(connected === undefined ? [] : [say('It is connected already, as "{0}": nobody signs in anew.', connected)]),
    ...(hasEntry ? [say("The file has an entry of that connection: this one is taken out of it.")] : []),
    ...(isDisabled && !hasEntry ? [say("It is switched off in the file, and stays so.")] : []),
    ...lines,
    ...(connected === undefined && stays.length > 0
      ? [say("Your settings have this for the address, and it stays as it is there: {0}.", stays.join(", "))]
      : []),
  ].join("\n");
}

function lineOf({ option, kind, words, args }: Outcome, say: Translate): string {
  const [named, becomes] = [say(option), say(words, ...args)];
  switch (kind) {
    case "kept":
      return `✓ ${say("{0}, kept: {1}", named, becomes)}`;
    case "notNeeded":
      return `– ${say("{0}, not needed: {1}", named, becomes)}`;
    case "cannotBeKept":
      return `✗ ${say("{0}, not kept: {1}", named, becomes)}`;
  }
}
