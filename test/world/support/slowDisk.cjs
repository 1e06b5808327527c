// Loaded before a program whose disk is slow: a file that was written is in its place a moment later.
const files = require("node:fs/promises");
const { syncBuiltinESMExports } = require("node:module");
const { setTimeout: pause } = require("node:timers/promises");

const MOMENT_MS = 300;

const { rename } = files;
files.rename = async (...paths) => {
  await pause(MOMENT_MS);
  await rename(...paths);
};
syncBuiltinESMExports();
