import { decodedText } from "../../lib/decodedText.ts";
import { MAX_DOCUMENT_BYTES } from "../../lib/limits.ts";
import { readNamedFile } from "../../system/readNamedFile.ts";

/**
 * The text of a file that an option names, up to 1 MiB.
 *
 * @param option the option, which the error begins with
 * @throws Error that says which file cannot be read, and nothing of what is in it
 */
export function namedText(option: string, path: string): string {
  try {
    return decodedText(readNamedFile(path, MAX_DOCUMENT_BYTES));
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new Error(`${option}: ${path} cannot be read (${code}).`);
  }
}
