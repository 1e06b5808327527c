/** What a terminal obeys, what turns or hides text, and what breaks a line, in texts of others. */
const invisible = "\u0007\u0000\u007f\u0085\u009b31m\u2028\u2029\u202e\u2066\u200b\ufeff\u{e0041}";

/** A text as somebody would write it who wants to say something in our name. */
export const hostile = (name: string): string =>
  `${name}\u001b[2J\u001b]0;title\u0007\r\nSigned in.${invisible}\u001b]8;;https://evil.example\u001b\\!`;

const parts =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\u200b\ufeff]|[\u{e0000}-\u{e007f}]|^\s*Signed in\./gmu;

/** What is left in a text that a terminal obeys, or that turns, hides or begins a line; empty where it is clean. */
export const hostileParts = (shown: string): readonly string[] =>
  (shown.match(parts) ?? []).map((part) => JSON.stringify(part));
