import { rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { TestContext } from "node:test";
import { holdClock } from "./holdClock.ts";
import { makeTemporaryFolder } from "./temporaryFolder.ts";

// Between quotation marks a backslash is not a part of a path there.
const preload = { NODE_OPTIONS: `--require "${resolve("test/support/programClock.cjs").replaceAll("\\", "/")}"` };

/** The clock of a program that a test moves. */
export interface ProgramClock {
  /** What the program has to have in its environment. */
  readonly env: Readonly<Record<string, string>>;
  moveOn(seconds: number): void;
  remove(): void;
}

export function programClock(): ProgramClock {
  const folder = makeTemporaryFolder("clock");
  const file = join(folder, "ahead");
  let ahead = 0;
  const moveOn = (seconds: number) => {
    ahead += seconds * 1000;
    writeFileSync(file, String(ahead));
  };
  moveOn(0);
  return {
    env: { ...preload, PROGRAM_CLOCK_AHEAD: file },
    moveOn,
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** One clock for a program and for what is started in this process after. */
export function commonClock(t: TestContext): Pick<ProgramClock, "env" | "moveOn"> {
  const { env, moveOn, remove } = programClock();
  t.after(remove);
  const moveHere = holdClock(t);
  return {
    env,
    moveOn(seconds) {
      moveOn(seconds);
      moveHere(seconds);
    },
  };
}

/** What a program has to have in its environment for what it waits between two looks to be so many times as short. */
export const shortPauses = (times: number) => ({ ...preload, PROGRAM_CLOCK_PAUSES: String(times) });

/** What a program has to have in its environment for its patience with others to be so many times as short. */
export const shortTimeouts = (times: number) => ({ ...preload, PROGRAM_CLOCK_TIMEOUTS: String(times) });
