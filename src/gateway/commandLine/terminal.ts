import { visibleText } from "../../lib/foreignText.ts";
import { visibleJson } from "../../lib/visibleJson.ts";
import { print } from "../../system/standardStreams.ts";

/** How much of a line is printed, in characters: what files, targets, callers and other gateways say is part of it. */
const LONGEST_LINE = 8_000;

/** A line as it is set, of which nothing moves the cursor, begins another line or hides. */
function shown(line: string): string {
  const text = visibleText(line).replace(/[\t-\r\u0085\u2028\u2029]+/g, " ");
  return text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE).replace(/\p{Cs}$/u, "")}\u2026` : text;
}

/** Says a line to people, on standard error. */
export const complain = (line: string): void => console.error(shown(line));

/** Prints lines for people. */
export const printLines = (lines: readonly string[]): Promise<void> => print(lines.map(shown).join("\n"));

/** Prints a value for programs, which people read as well. */
export const printJson = (value: unknown): Promise<void> => print(visibleJson(JSON.stringify(value, undefined, 2)));
