/** A statement of a file, with its position in it. */
export interface PolicyPart {
  /** Characters from the start of the file. */
  readonly start: number;
  readonly text: string;
}

/** A text in quotes, with escapes; a comment to the end of its line; and the end of a policy. */
const token = /"(?:\\[\s\S]|[^"\\])*"?|\/\/[^\n]*|;/g;

/**
 * The policies of a text, each with its position and without the comments before it. Cedar's own splitter gives them
 * without positions, and none at all when one of them does not parse.
 */
export function splitPolicies(text: string): readonly PolicyPart[] {
  const parts: PolicyPart[] = [];
  let from = 0;
  const add = (to: number) => {
    const start = from + blankLength(text.slice(from, to));
    if (start < to) parts.push({ start, text: text.slice(start, to) });
    from = to;
  };
  for (const { 0: found, index } of text.matchAll(token)) if (found === ";") add(index + 1);
  add(text.length);
  return parts.map(({ start, text: part }) => ({ start, text: part.trimEnd() }));
}

/** How many characters of white space and comments come first. */
const blankLength = (text: string): number => /^(?:\s+|\/\/[^\n]*(?:\n|$))*/.exec(text)?.[0].length ?? 0;

/** The same text with spaces in place of quoted texts and comments, so that only words of the language are left. */
export const onlyWords = (text: string): string =>
  text.replace(token, (found) => (found === ";" ? found : " ".repeat(found.length)));
