/**
 * Names for what Cedar's engine keeps. It keeps schemas and policies by name for as long as the process lives, and takes
 * none back: a name that is free again is used for the next, which replaces what was there.
 */
const free: string[] = [];
let made = 0;

export interface CedarNames {
  next(): string;
  giveBack(name: string): void;
  /** Gives all names back. */
  release(): void;
}

/** The names of one engine. */
export function cedarNames(): CedarNames {
  const taken = new Set<string>();
  return {
    next() {
      const name = free.pop() ?? `${made++}`;
      taken.add(name);
      return name;
    },
    giveBack(name) {
      if (taken.delete(name)) free.push(name);
    },
    release() {
      free.push(...taken);
      taken.clear();
    },
  };
}
