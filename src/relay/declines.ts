/** For how long the call of an agent asks a person nothing that they have declined, in milliseconds. */
export const DECLINED_MS = 5 * 60_000;

/** How many questions of one gateway somebody declines within that time until its agents' calls ask none at all. */
export const MOST_DECLINES = 3;

/**
 * What a person was asked because of one gateway, and declined. A gateway could ask with every call, and an agent calls again
 * when it reads that a call failed: a dialog would stand all the time. What was declined is asked again once the time is over,
 * or when the person does something for it.
 */
export interface Declines {
  /** Whether this was declined, or so much else. */
  has(question?: string): boolean;
  /** @param question none, where each time counts for itself */
  add(question?: string): void;
  /** The person wants to be asked. */
  forget(): void;
}

export function declinesAt(now: () => number): Declines {
  let all: readonly { readonly question: string | undefined; readonly at: number }[] = [];
  return {
    has(question) {
      // What was declined after now was declined before the clock was set back.
      all = all.filter(({ at }) => at <= now() && now() - at < DECLINED_MS);
      return all.length >= MOST_DECLINES || all.some((one) => one.question === question && question !== undefined);
    },
    add(question) {
      all = [...all, { question, at: now() }].slice(-MOST_DECLINES);
    },
    forget() {
      all = [];
    },
  };
}
