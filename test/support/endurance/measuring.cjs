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

/** Where Node keeps what its `fetch` sends by, once that was used. */
const dispatcher = Symbol.for("undici.globalDispatcher.1");

/** Ends the connections of `fetch` over which nothing goes, which would end by themselves in a minute; others stay. */
const endIdleConnections = () => {
  const used = globalThis[dispatcher];
  if (!used) return;
  globalThis[dispatcher] = new used.constructor();
  void used.close();
};

globalThis.heldNow = async () => {
  endIdleConnections();
  await collect();
  const resources = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  const { heapUsed, external } = process.memoryUsage();
  return { heapBytes: heapUsed + external, files: readdirSync("/proc/self/fd").length, resources };
};

process.on("SIGPWR", async () => process._rawDebug(JSON.stringify({ held: await globalThis.heldNow() })));
