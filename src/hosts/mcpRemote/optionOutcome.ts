/** What the import does with one option of an entry. */
export interface OptionOutcome {
  readonly kind: "kept" | "notNeeded" | "cannotBeKept";
  /** What the option becomes, or why it is dropped; never a value that may be secret. */
  readonly words: string;
  /** What stands in the places of these words. */
  readonly args: readonly string[];
}

export const kept = (words: string, ...args: string[]) => ({ kind: "kept", words, args }) as const;
export const notNeeded = (words: string) => ({ kind: "notNeeded", words, args: [] as readonly string[] }) as const;
export const cannotBeKept = (words: string, ...args: string[]) => ({ kind: "cannotBeKept", words, args }) as const;
