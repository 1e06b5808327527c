import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestContext } from "node:test";
import { holdClock } from "./holdClock.ts";

const preload = { NODE_OPTIONS: `--require "${resolve("test/support/programClock.cjs")}"` };

/** What a program has to have in its environment for one clock with this process, and what moves that clock on. */
export function programClock(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "clock-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "ahead");
  const moveHere = holdClock(t);
  let ahead = 0;
  const moveOn = (seconds: number) => {
    ahead += seconds * 1000;
    writeFileSync(file, String(ahead));
    moveHere(seconds);
  };
  moveOn(0);
  return { env: { ...preload, PROGRAM_CLOCK_AHEAD: file }, moveOn };
}

/** What a program has to have in its environment for its time-outs and pauses to be so many times as short. */
export const fastTimers = (times: number) => ({ ...preload, PROGRAM_CLOCK_TIMES: String(times) });
