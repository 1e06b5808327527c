import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestContext } from "node:test";
import { holdClock } from "../holdClock.ts";

/** One clock for a program and for what is started in this process after, which the test moves on. */
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
  const preload = resolve("test/support/standalone/programClock.cjs");
  return {
    /** What the program has to have in its environment. */
    env: { NODE_OPTIONS: `--require "${preload}"`, PROGRAM_CLOCK: file },
    moveOn,
  };
}
