/** Long lists of what is allowed would hide what is there. */
const MOST_CHARACTERS = 200;

/** The value of a claim, or of what a rule expects, as people read it. */
export function shownValue(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
