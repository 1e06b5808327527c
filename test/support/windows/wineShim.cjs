// What Wine 8 lacks of what the programs use of Windows. Every node.exe of a run loads it first.
const { spawnSync } = require("node:child_process");
const { Socket } = require("node:net");
const { basename } = require("node:path");

// Wine refuses keep-alive on a socket, and Node's `fetch` takes that for a connection that failed.
Socket.prototype.setKeepAlive = function () {
  return this;
};

// Wine's taskkill knows no `/t`. A node.exe of that name stands in for it: `taskkill /pid <pid> /t /f`.
if (basename(process.execPath).toLowerCase() === "taskkill.exe") {
  const columns = ["process", "get", "ParentProcessId,ProcessId"];
  // Now and then it does not end on a busy machine; the next one does.
  const ask = () => spawnSync("wmic", columns, { encoding: "utf16le", timeout: 8000 });
  const first = ask();
  const { stdout } = first.error ? ask() : first;
  const all = [...String(stdout).matchAll(/^(\d+) +(\d+) *$/gm)].map(([, parent, pid]) => [
    Number(parent),
    Number(pid),
  ]);
  const below = (pid) => all.filter(([parent]) => parent === pid).flatMap(([, child]) => [child, ...below(child)]);
  const head = Number(process.argv[2]);
  for (const pid of [head, ...below(head)]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended meanwhile.
    }
  }
  process.exit(0);
}
