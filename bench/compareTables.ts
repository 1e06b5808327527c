import { type Build, nameOf } from "./builds.ts";
import type { CallSample } from "./calls.ts";
import { MCP_REMOTE_VERSION } from "./mcpRemote.ts";
import type { RelayMemory } from "./relayMemory.ts";
import type { StartSample } from "./starts.ts";
import { median, over, p99, type Quantity } from "./statistics.ts";
import { figure, type Row, ratiosOfBuilds, table } from "./table.ts";
import type { Rounds } from "./turns.ts";

export interface CompareMeasured {
  readonly starts: Rounds<StartSample>;
  readonly calls: Rounds<CallSample>;
  readonly memory: Rounds<RelayMemory>;
}

type Take<T> = (sample: T) => number | readonly number[];

const small = ({ calls }: CallSample) => calls;

const mebibytes = (bytes = 0): number => bytes / (1024 * 1024);

/** What a connection costs, row by row. */
export function compareTable({ starts, calls, memory }: CompareMeasured, builds: readonly Build[]): string {
  const row = (
    what: string,
    ours: (relay: string, build: Build) => Quantity,
    { direct, theirs, unit, aim }: { direct?: Quantity; theirs?: Quantity; unit?: string; aim?: string },
  ): Row => {
    const relays = builds.map((build) => [nameOf("relay", build), ours(nameOf("relay", build), build)] as const);
    const values = { ...(direct && { direct }), ...(theirs && { mcpRemote: theirs }), ...Object.fromEntries(relays) };
    return { what, values, ...(unit !== undefined && { unit }), ...(aim !== undefined && { aim }) };
  };
  const start = (what: string, way: string, take: Take<StartSample>, more: { unit?: string; aim?: string } = {}) =>
    row(what, (_, build) => starts.quantity(nameOf(way, build), take), {
      ...(way.startsWith("relay") && { direct: starts.quantity("direct", take) }),
      theirs: starts.quantity("mcpRemote", take),
      ...more,
    });
  const call = (what: string, take: Take<CallSample>, statistic = median) => {
    const of = (name: string) => calls.quantity(name, take, statistic);
    return row(what, of, { direct: of("direct"), theirs: of("mcpRemote") });
  };
  const overDirect = (what: string, statistic: typeof median, aim: string) => {
    const of = (name: string) => calls.quantity(name, small, statistic);
    const overIt = (name: string) => over(of(name), of("direct"));
    return row(what, overIt, { theirs: overIt("mcpRemote"), aim });
  };
  const inMemory = (what: string, take: (memory: RelayMemory) => number, aim?: string) =>
    row(what, (relay) => memory.quantity(relay, (one) => mebibytes(take(one))), {
      theirs: starts.quantity("mcpRemote", ({ rssBytes }) => mebibytes(rssBytes)),
      unit: "MiB",
      ...(aim !== undefined && { aim }),
    });
  const requests = ({ requests = [] }: StartSample) => requests.length;
  const rows = [
    start("connect → `initialize` answered", "relay", (s) => s.initializedMs, { aim: "≤ 0.2×" }),
    start(
      "the same, first connection of a window (with loading the bundle, opening the socket)",
      "first of a window",
      (s) => s.initializedMs,
      { aim: "≤ 0.15×" },
    ),
    row(
      "of it, loading the bundle",
      (_, build) => starts.quantity(nameOf("first of a window", build), (s) => s.loadMs ?? 0),
      {},
    ),
    start(
      "the same, with the bundle loaded while the editor was idle",
      "first of a window, bundle loaded",
      (s) => s.initializedMs,
    ),
    start("connect → first tool list, gateway never reached before", "relay", (s) => s.listedMs),
    start("connect → first tool list, gateway known", "relay, gateway known", (s) => s.listedMs),
    start(
      "the same, first connection of a window, gateway never reached before",
      "first of a window",
      (s) => s.listedMs,
      { aim: "≤ 0.2×" },
    ),
    start(
      "the same, with the bundle loaded while the editor was idle",
      "first of a window, bundle loaded",
      (s) => s.listedMs,
    ),
    start("requests before the first tool list, gateway never reached before", "relay", requests, {
      unit: "",
      aim: "≤ 4",
    }),
    start("requests before the first tool list, gateway known", "relay, gateway known", requests, {
      unit: "",
      aim: "≤ 4",
    }),
    start("requests until quiet, gateway never reached before", "relay", (s) => s.requestsUntilQuiet ?? 0, {
      unit: "",
    }),
    call("tool call, median", small),
    overDirect("tool call, median over direct", median, "≤ 0.5×"),
    call("tool call, p99", small, p99),
    overDirect("tool call, p99 over direct", p99, "≤ 0.5×"),
    call("tool call with a result of 1 MiB, median", (s) => s.largeCalls),
    inMemory("memory per connection (RSS)", (m) => m.eachFurther.rssBytes, "≤ 5 MiB"),
    inMemory("memory per connection (heap and buffers; mcp-remote: RSS)", (m) => m.eachFurther.heapBytes),
    inMemory("memory of a window's first connection with the bundle (RSS)", (m) => m.first.rssBytes),
  ];
  const relays = (build: Build) => [nameOf("relay", build)];
  return table(rows, {
    values: [
      ["direct", "direct"],
      ...builds.flatMap(relays).map((name) => [name, name] as const),
      ["mcpRemote", `mcp-remote ${MCP_REMOTE_VERSION}`],
    ],
    ratios: ratiosOfBuilds(relays, builds, "mcpRemote"),
  });
}

export interface Sizes {
  readonly build: Build;
  readonly extension: number | undefined;
  readonly relay: number | undefined;
}

export function sizesTable(builds: readonly Sizes[], vsix: number | undefined): string {
  const kilobytes = (bytes: number | undefined) => (bytes === undefined ? "not built" : `${figure(bytes / 1000)} kB`);
  return [
    "| | size | aim |",
    "|---|---|---|",
    ...builds.flatMap(({ build, extension, relay }) => [
      `| ${nameOf("loaded at activation (`dist/extension.cjs`)", build)} | ${kilobytes(extension)} | ≤ 130 kB |`,
      `| ${nameOf("loaded with the first connection (`relay.cjs`)", build)} | ${kilobytes(relay)} | ≤ 900 kB |`,
    ]),
    `| VSIX | ${kilobytes(vsix)} | ≤ 2500 kB |`,
  ].join("\n");
}
