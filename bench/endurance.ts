import { parseArgs } from "node:util";
import { type Endurance, gatewayCalls, standaloneCalls, windowEndurance } from "../test/support/endurance/endurance.ts";

/**
 * What is left after many connections, sign-outs and calls: handles, sockets, processes and heap. The same as a sample
 * is a test, `test/flows/endurance.test.ts`.
 */
const { values } = parseArgs({
  options: {
    cycles: { type: "string", default: "1000" },
    calls: { type: "string", default: "100000" },
    only: { type: "string", default: "window,standalone,gateway" },
  },
});
const cycles = { warmUp: 20, times: Number(values.cycles) };
const calls = { warmUp: 2_000, times: Number(values.calls) };

console.log("| | times | open files | resources | processes | heap, MB | bytes each | seconds |");
console.log("|---|---|---|---|---|---|---|---|");
const all: Readonly<Record<string, () => Promise<Endurance | readonly Endurance[]>>> = {
  window: () => windowEndurance(cycles, calls),
  standalone: () => standaloneCalls(calls),
  gateway: () => gatewayCalls(calls),
};
for (const name of values.only.split(",")) {
  for (const done of [(await all[name]?.()) ?? []].flat()) console.log(row(done));
}

function row({ what, times, before, after, processes, seconds }: Endurance): string {
  const count = ({ resources }: Endurance["before"]) => Object.values(resources).reduce((sum, one) => sum + one, 0);
  const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
  const each = Math.round((after.heapBytes - before.heapBytes) / times);
  const cells = [
    what,
    times.toLocaleString("en"),
    `${before.files} → ${after.files}`,
    `${count(before)} → ${count(after)}`,
    processes,
    `${mb(before.heapBytes)} → ${mb(after.heapBytes)}`,
    each,
    Math.round(seconds),
  ];
  return `| ${cells.join(" | ")} |`;
}
