// Loaded before a program whose clock is a test's: Date is ahead by the milliseconds in a file, and its pauses or its
// time-outs are so many times as short.
const { readFileSync } = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");
const timers = require("node:timers/promises");

const { PROGRAM_CLOCK_AHEAD: ahead, PROGRAM_CLOCK_PAUSES: pauses, PROGRAM_CLOCK_TIMEOUTS: timeouts } = process.env;
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
if (pauses) {
  const { setTimeout: wait } = timers;
  timers.setTimeout = (ms = 0, ...more) => wait(ms / Number(pauses), ...more);
  syncBuiltinESMExports();
}
if (timeouts) {
  const { setTimeout: start } = globalThis;
  globalThis.setTimeout = (act, ms = 0, ...more) => start(act, ms / Number(timeouts), ...more);
}
