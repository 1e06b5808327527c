// A program that leaks: for each line on standard input, a file, a timer, a hundred kilobytes and a process.
const { spawn } = require("node:child_process");
const { openSync } = require("node:fs");
const { createInterface } = require("node:readline");

const kept = [];
createInterface({ input: process.stdin }).on("line", () => {
  kept.push(
    openSync("/dev/null"),
    setTimeout(() => {}, 1e6),
    Buffer.alloc(100_000),
    spawn("sleep", ["1000"], { stdio: "ignore" }),
  );
  console.log(`leaked ${kept.length / 4}`);
});
