import { type Build, nameOf } from "./builds.ts";
import type { CallSample } from "./calls.ts";
import { MCP_REMOTE_VERSION } from "./mcpRemote.ts";
import type { StartSample } from "./starts.ts";
import { median, over, p99, type Quantity } from "./statistics.ts";
import type { Storm } from "./storms.ts";
import { type Row, ratiosOfBuilds, table } from "./table.ts";
import type { Rounds } from "./turns.ts";

export interface HostsMeasured {
  readonly starts: Rounds<StartSample>;
  readonly calls: Rounds<CallSample>;
  /** What ten of a program have in memory together, in bytes. */
  readonly together: Rounds<number>;
}

const mebibytes = (bytes = 0): number => bytes / (1024 * 1024);
const titleOfMcpRemote = `mcp-remote ${MCP_REMOTE_VERSION}`;

/** What a host waits for and what it costs, row by row. */
export function hostsTable(
  { starts, calls, together }: HostsMeasured,
  { builds, largeBytes }: { readonly builds: readonly Build[]; readonly largeBytes: number },
): string {
  const ours = (build: Build) => [nameOf("bridge", build), nameOf("standalone", build)];
  const programs = [...builds.flatMap(ours), "mcpRemote"];
  const row = (
    what: string,
    of: (name: string) => Quantity,
    { names = ["direct", ...programs], ...rest }: { names?: readonly string[]; unit?: string; aim?: string } = {},
  ): Row => ({ what, values: Object.fromEntries(names.map((name) => [name, of(name)])), ...rest });
  const start = (what: string, take: (sample: StartSample) => number, more: { unit?: string; aim?: string } = {}) =>
    row(what, (name) => starts.quantity(name, take), more);
  const small = (statistic: typeof median) => (name: string) => calls.quantity(name, (s) => s.calls, statistic);
  const overDirect = (what: string, statistic: typeof median) =>
    row(what, (name) => over(small(statistic)(name), small(statistic)("direct")), { names: programs });
  const memory = { names: programs, unit: "MiB" };
  const rows = [
    start("start → `initialize` answered", (s) => s.initializedMs, { aim: "standalone ≤ 0.25×" }),
    start("start → tools listed", (s) => s.listedMs, { aim: "standalone ≤ 0.35×" }),
    start("requests before the first tool list, signed in", (s) => s.requests?.length ?? 0, { unit: "", aim: "≤ 4" }),
    row("tool call, median", small(median), { aim: "≤ 0.9×" }),
    overDirect("tool call, median over direct", median),
    row("tool call, p99", small(p99), { aim: "≤ 0.9×" }),
    overDirect("tool call, p99 over direct", p99),
    row(
      `tool call with a result of ${largeBytes / 1_000_000} MB, median`,
      (name) => calls.quantity(name, (s) => s.largeCalls),
      { aim: "≤ 0.5×" },
    ),
    row("memory of the program (RSS)", (name) => starts.quantity(name, (s) => mebibytes(s.rssBytes)), memory),
    row("memory of ten at once", (name) => together.quantity(name, mebibytes), { ...memory, aim: "standalone ≤ 0.6×" }),
  ];
  return table(rows, {
    values: [
      ["direct", "direct"],
      ...builds.flatMap(ours).map((name) => [name, name] as const),
      ["mcpRemote", titleOfMcpRemote],
    ],
    ratios: ratiosOfBuilds(ours, builds, "mcpRemote"),
  });
}

/** What hosts that start all at once cost the person and the provider. */
export function stormsTable(storms: readonly Storm[]): string {
  const starts = { expired: "one expired token", signedOut: "nobody signed in" };
  return [
    "| ten at once, with | through | called a tool | pages opened | sign-ins | refreshes |",
    "|---|---|---|---|---|---|",
    ...storms.map(({ what, name, served, tabs, signIns, refreshes }) => {
      const title = name === "mcpRemote" ? titleOfMcpRemote : name;
      return `| ${[starts[what], title, served, tabs, signIns, refreshes].join(" | ")} |`;
    }),
  ].join("\n");
}
