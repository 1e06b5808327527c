import { text } from "node:stream/consumers";
import type { TokenSource } from "./gatewayArguments.ts";
import { namedText } from "./namedText.ts";

/**
 * Reads a token from its source. It drops a leading `Bearer`, which people copy along with the token from a header.
 *
 * @throws Error with a message that contains nothing of what was read
 */
export async function readToken(source: TokenSource, environment: NodeJS.ProcessEnv): Promise<string> {
  const read = (await textOf(source, environment)).trim().replace(/^Bearer\s+/i, "");
  if (read === "") throw new Error("There is no token where --token says it is.");
  if (/\s/.test(read)) throw new Error("What --token names is more than one word, and so no token.");
  return read;
}

/**
 * What a source of secrets holds.
 *
 * @param option the option that named it
 * @throws Error with a message that contains nothing of what was read
 */
export async function textOf(source: TokenSource, environment: NodeJS.ProcessEnv, option = "--token"): Promise<string> {
  switch (source.kind) {
    case "stdin":
      return await text(process.stdin);
    case "environment":
      return environment[source.name] ?? "";
    case "file":
      return namedText(option, source.path);
  }
}
