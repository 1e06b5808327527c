import { CALLS, type Sample } from "./measure.ts";
import type { Program } from "./programs.ts";
import { median } from "./statistics.ts";
import type { Storm } from "./storms.ts";
import { figure, ratio } from "./tables.ts";

export type HostContender = "direct" | Program["name"];

export interface HostsMeasured {
  readonly samples: Readonly<Record<HostContender, Sample[]>>;
  /** What ten of a program have in memory together, in bytes. */
  readonly together: Readonly<Record<Program["name"], number>>;
  readonly mcpRemoteVersion: string;
  readonly largeBytes: number;
}

const mebibyte = 1024 * 1024;

/** What a host waits for and what it costs, row by row; the ratios are ours to mcp-remote's. */
export function hostsTable({ samples, together, mcpRemoteVersion, largeBytes }: HostsMeasured): string {
  type Take = (sample: Sample) => number;
  const of = (name: HostContender, take: Take) => median(samples[name].map(take));
  const row = (what: string, value: (name: HostContender) => number | undefined, unit: string, aim = "") => {
    const cells = (["direct", "bridge", "standalone", "mcpRemote"] as const).map((name) => value(name));
    const theirs = cells[3] ?? 0;
    const ratios = [cells[1], cells[2]].map((ours) => ratio(ours ?? 0, theirs));
    const shown = cells.map((cell) => (cell === undefined ? "" : `${figure(cell)} ${unit}`.trim()));
    return `| ${[what, ...shown, ...ratios, aim].join(" | ")} |`;
  };
  const each = (what: string, take: Take, unit = "ms", aim = "") => row(what, (name) => of(name, take), unit, aim);
  const over = (what: string, take: Take) =>
    row(what, (name) => (name === "direct" ? undefined : of(name, take) - of("direct", take)), "ms");
  return [
    `| | direct | bridge | standalone | mcp-remote ${mcpRemoteVersion} | bridge / mcp-remote | standalone / mcp-remote | aim |`,
    "|---|---|---|---|---|---|---|---|",
    each("start → `initialize` answered", (s) => s.initializedMs),
    each("start → tools listed", (s) => s.listedMs),
    each("requests before the first tool list, signed in", (s) => s.requests.length, "", "≤ 4"),
    each(`tool call, median of ${CALLS}`, (s) => s.callMedianMs),
    over("tool call, median over direct", (s) => s.callMedianMs),
    each(`tool call, p99 of ${CALLS}`, (s) => s.callP99Ms),
    over("tool call, p99 over direct", (s) => s.callP99Ms),
    each(`tool call with a result of ${largeBytes / 1_000_000} MB, median`, (s) => s.largeMedianMs),
    row(
      "memory of the program (RSS)",
      (name) => (name === "direct" ? undefined : of(name, (s) => s.rssBytes ?? 0) / mebibyte),
      "MiB",
    ),
    row("memory of ten at once", (name) => (name === "direct" ? undefined : together[name] / mebibyte), "MiB"),
  ].join("\n");
}

/** What hosts that start all at once cost the person and the provider. */
export function stormsTable(storms: readonly Storm[], mcpRemoteVersion: string): string {
  const titles = { bridge: "bridge", standalone: "standalone", mcpRemote: `mcp-remote ${mcpRemoteVersion}` };
  const starts = { expired: "one expired token", signedOut: "nobody signed in" };
  return [
    "| ten at once, with | through | called a tool | pages opened | sign-ins | refreshes |",
    "|---|---|---|---|---|---|",
    ...storms.map(
      ({ what, name, served, tabs, signIns, refreshes }) =>
        `| ${[starts[what], titles[name], served, tabs, signIns, refreshes].join(" | ")} |`,
    ),
  ].join("\n");
}
