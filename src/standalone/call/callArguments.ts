import { nonEmpty } from "../options/settingOptions.ts";

/** One tool to be called from a shell. */
export interface ToolCall {
  readonly tool: string;
  /** JSON, `@file` or `-` for the standard input; undefined for a tool that takes nothing. */
  readonly arguments: string | undefined;
  /** Whether the whole result is printed, as JSON. */
  readonly isJson: boolean;
}

/** The word that stands in front of the address. No address and no id of a gateway is like it. */
const VERB = "call";

/**
 * Reads what is to be called, where something is.
 *
 * @param values the options as they were typed
 * @param words what stands beside them
 * @returns the words without these, and the call; undefined for a program that is to serve
 * @throws Error in words about what does not go together
 */
export function callArguments(
  values: Readonly<Record<string, unknown>>,
  words: readonly string[],
): { readonly call: ToolCall | undefined; readonly left: readonly string[] } {
  const [verb, address, tool, ...more] = words;
  if (verb !== VERB) {
    const own = ["arguments", "json"].find((name) => values[name] !== undefined);
    if (own !== undefined) throw new Error(`--${own} belongs to a tool: write call <gateway address> <tool>.`);
    return { call: undefined, left: words };
  }
  if (address === undefined || tool === undefined) {
    throw new Error(
      "call takes the address of the gateway and the name of a tool, such as call https://gateway.example.com/mcp search.",
    );
  }
  if (values["sign-out"]) throw new Error("call and --sign-out exclude each other: choose one.");
  const given = values.arguments === undefined ? undefined : nonEmpty("--arguments", String(values.arguments));
  const call = { tool: nonEmpty("The name of the tool", tool), arguments: given, isJson: values.json === true };
  return { call, left: [address, ...more] };
}
