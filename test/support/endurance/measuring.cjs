// Loaded before a program of ours, with --expose-gc: says on standard error, when told to by SIGPWR, what it holds.
const { readdirSync } = require("node:fs");
const { setTimeout: delay } = require("node:timers/promises");

const collect = async () => {
  // What a finalizer lets go of is collected the next time.
  for (let round = 0; round < 4; round++) {
    globalThis.gc();
    await delay(20);
  }
};

globalThis.heldNow = async () => {
  await collect();
  const resources = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  const { heapUsed, external } = process.memoryUsage();
  return { heapBytes: heapUsed + external, files: readdirSync("/proc/self/fd").length, resources };
};

process.on("SIGPWR", async () => process._rawDebug(JSON.stringify({ held: await globalThis.heldNow() })));
