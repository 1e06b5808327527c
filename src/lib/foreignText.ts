/** How much of a text is shown that somebody else wrote, in characters. */
const LONGEST = 300;

const LONGEST_LINE = 2_000;

/** Sequences that a terminal obeys: CSI, OSC and the like (ECMA-48, 5.4 and 5.6), also in their one-byte forms. */
const terminalSequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]/g;

/** What breaks a line, or is a space by another name. */
const spaces = /[\s\u0085\u2028\u2029]+/g;

/**
 * What is not seen and changes what is seen: control characters (C0, C1), those that turn the direction of writing
 * (Unicode Standard Annex 9), fillers without width, annotations, tags, and halves of characters.
 */
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;

/** A text from outside with its lines and how far each is indented, for texts that we make of values of others. */
export const foreignLines = (text: string): readonly string[] =>
  text.split("\n").map((line) => `${/^ */.exec(line)?.[0] ?? ""}${foreignText(line, LONGEST_LINE)}`);

/** A text without what a terminal obeys and what is not seen, with its lines as they are. */
export const visibleText = (text: string): string => text.replace(terminalSequences, "").replace(invisible, "");

/**
 * A text from outside as one line that can be shown anywhere: in a terminal, in a log, and, escaped, in Markdown and HTML.
 * Whoever wrote it can neither move the cursor, nor begin a line that looks like ours, nor turn or hide what stands beside
 * it.
 *
 * @param longest in characters; of a longer text the beginning is shown
 */
export function foreignText(text: string, longest = LONGEST): string {
  // Nobody reads on, and a document of megabytes would be searched through.
  const begun = text.length > 4 * longest ? text.slice(0, 4 * longest) : text;
  const shown = visibleText(begun).replace(spaces, " ").trim();
  return shown.length > longest ? `${shown.slice(0, longest).replace(/\p{Cs}$/u, "")}…` : shown;
}
