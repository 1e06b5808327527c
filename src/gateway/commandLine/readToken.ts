import { text } from "node:stream/consumers";
import { decodedText } from "../../lib/decodedText.ts";
import { MAX_DOCUMENT_BYTES } from "../../lib/limits.ts";
import { readNamedFile } from "../../system/readNamedFile.ts";
import type { TokenSource } from "./gatewayArguments.ts";

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
      try {
        return decodedText(readNamedFile(source.path, MAX_DOCUMENT_BYTES));
      } catch (error) {
        const { code = "unknown" } = error as NodeJS.ErrnoException;
        throw new Error(`${option}: ${source.path} cannot be read (${code}).`);
      }
  }
}
