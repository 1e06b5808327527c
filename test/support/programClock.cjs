// Loaded before a program whose clock is a test's: Date is ahead by the milliseconds in a file, and timers are so many
// times as fast.
const { readFileSync } = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");
const timers = require("node:timers/promises");

const { PROGRAM_CLOCK_AHEAD: ahead, PROGRAM_CLOCK_TIMES: times = "1" } = process.env;
if (ahead) {
  const Computer = Date;
  globalThis.Date = class extends Computer {
    constructor(...parts) {
      super(...(parts.length === 0 ? [Date.now()] : parts));
    }
    static now() {
      return Computer.now() + Number(readFileSync(ahead, "utf8"));
    }
  };
}
if (times !== "1") {
  const { setTimeout: start } = globalThis;
  const { setTimeout: wait } = timers;
  globalThis.setTimeout = (act, ms = 0, ...more) => start(act, ms / Number(times), ...more);
  timers.setTimeout = (ms = 0, ...more) => wait(ms / Number(times), ...more);
  syncBuiltinESMExports();
}
