/**
 * Names for what Cedar's engine keeps. It keeps schemas and policies by name for as long as the process lives, and takes
 * none back: a name that is free again is used for the next, which replaces what was there.
 */
const free: string[] = [];
let made = 0;

export interface CedarNames {
  next(): string;
  /** Gives all names back. */
  release(): void;
}

/** The names of one engine. */
export function cedarNames(): CedarNames {
  let taken: string[] = [];
  return {
    next() {
      const name = free.pop() ?? `${made++}`;
      taken.push(name);
      return name;
    },
    release() {
      free.push(...taken);
      taken = [];
    },
  };
}
