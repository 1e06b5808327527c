/**
 * A cache of answers, by a text that holds all that decides them. Callers may make up any number of
 * arguments, so that it has a limit: what nobody asked for the longest is dropped first.
 */
export interface Remembered<Answer> {
  /** The answer for a key, made where it is not known. */
  get(key: string, make: () => Answer): Answer;
}

/** How many verdicts about one tool are remembered, and decisions for its place in lists. */
export const MOST_REMEMBERED = 1000;

/** Longer keys are not kept: what is in them may be a whole document. */
const LONGEST_KEY = 2000;

/** @param most how many answers are kept */
export function remembered<Answer>(most: number): Remembered<Answer> {
  const known = new Map<string, Answer>();
  return {
    get(key, make) {
      if (key.length > LONGEST_KEY) return make();
      const answer = known.get(key) ?? make();
      known.delete(key);
      known.set(key, answer);
      if (known.size > most) known.delete(known.keys().next().value as string);
      return answer;
    },
  };
}
