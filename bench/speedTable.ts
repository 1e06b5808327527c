import { type Build, nameOf } from "./builds.ts";
import type { CallSample } from "./calls.ts";
import type { LoadSample } from "./gatewayLoad.ts";
import type { ProcessorSample } from "./processorTime.ts";
import type { StartSample } from "./starts.ts";
import { median, over, p99, type Quantity, ratioOf, type Spread } from "./statistics.ts";
import { ratioCell } from "./table.ts";
import type { Rounds } from "./turns.ts";

export interface SpeedMeasured {
  readonly starts: Rounds<StartSample>;
  readonly calls: Rounds<CallSample>;
  /** What ten of a program have in memory together, in bytes. */
  readonly together: Rounds<number>;
}

export interface GatewayMeasured {
  readonly added: Rounds<readonly number[]>;
  readonly pings: Rounds<LoadSample>;
}

/** A ratio, and where it should be; without an aim it only explains the one above it. */
export interface Figure {
  readonly what: string;
  readonly aim?: { readonly atMost: number } | { readonly atLeast: number };
  readonly ours: (build: Build) => Quantity;
  readonly theirs: Quantity;
}

/** What a program takes of the processor. */
export function processorFigures(measured: Rounds<ProcessorSample>): readonly Figure[] {
  const rows: readonly (readonly [what: string, take: (sample: ProcessorSample) => number])[] = [
    ["start → tools", ({ start }) => start],
    ["a call", ({ call }) => call],
    ["a 10 MB result", ({ largeCall }) => largeCall],
  ];
  return rows.flatMap(([what, take]) =>
    ["standalone", "empty"].map((name) => ({
      what: `processor time of ${name === "empty" ? "the program that answers from memory" : "the standalone"}, ${what}, over mcp-remote`,
      ours: (build: Build) => measured.quantity(name === "empty" ? name : nameOf(name, build), take),
      theirs: measured.quantity("mcpRemote", take),
    })),
  );
}

/** What the gateway does to a call. */
export function gatewayFigures({ added, pings }: GatewayMeasured): readonly Figure[] {
  const gateway = (what: string, other: "sdkEnds" | "bytePipe", aim?: Figure["aim"]): Figure => {
    const of = (name: string) => added.quantity(name, (times) => times);
    const addedBy = (name: string) => over(of(name), of("direct"));
    return {
      what: `what the gateway adds to a call, over ${what}`,
      ...(aim && { aim }),
      ours: (build) => addedBy(nameOf("gateway", build)),
      theirs: addedBy(other),
    };
  };
  return [
    gateway("the SDK's client and server back to back", "sdkEnds", { atMost: 0.7 }),
    gateway("a byte pipe", "bytePipe"),
    {
      what: "`ping` through the gateway, per second, over Express with `express-oauth2-jwt-bearer`",
      aim: { atLeast: 1.5 },
      ours: (build) => pings.quantity(nameOf("gateway", build), ({ perSecond }) => perSecond),
      theirs: pings.quantity("expressOauth2", ({ perSecond }) => perSecond),
    },
  ];
}

/** The ways of programs that read nothing, see `pipeProgram.ts`. */
const pipes = {
  standalone: { name: "pipe", what: "a program that hands lines on to the gateway, and reads none" },
  bridge: { name: "pipe bridge", what: "two processes that hand lines on to the gateway, and read none" },
} as const;

/** What hosts and windows of an editor get, in the order in which it is shown. */
export function figures({ starts, calls, together }: SpeedMeasured): readonly Figure[] {
  const small = (name: string, statistic: typeof median) => calls.quantity(name, (s) => s.calls, statistic);
  const call = (program: string, what: string, statistic: typeof median): Figure => ({
    what: `tool call, ${what}, through the ${program}, over mcp-remote`,
    aim: { atMost: 0.9 },
    ours: (build) => small(nameOf(program, build), statistic),
    theirs: small("mcpRemote", statistic),
  });
  const onlyPipe = (program: keyof typeof pipes, statistic: typeof median): Figure => ({
    what: `the same, of ${pipes[program].what}`,
    ours: () => small(pipes[program].name, statistic),
    theirs: small("mcpRemote", statistic),
  });
  const overDirect = (name: string, statistic: typeof median) =>
    over(small(name, statistic), small("direct", statistic));
  const relay = (what: string, statistic: typeof median): readonly Figure[] => [
    {
      what: `tool call, ${what}, through the relay in VS Code, over direct, compared to mcp-remote's over direct`,
      aim: { atMost: 0.5 },
      ours: (build) => overDirect(nameOf("relay", build), statistic),
      theirs: overDirect("mcpRemote", statistic),
    },
    {
      what: "the same, of a socket and the editor's `fetch` with nothing between them but the token",
      ours: () => overDirect("fetchPipe", statistic),
      theirs: overDirect("mcpRemote", statistic),
    },
  ];
  const large = (program: keyof typeof pipes): readonly Figure[] => {
    const of = (name: string) => calls.quantity(name, (s) => s.largeCalls);
    const theirs = of("mcpRemote");
    return [
      {
        what: `10 MB result through the ${program}, over mcp-remote`,
        aim: { atMost: 0.5 },
        ours: (build) => of(nameOf(program, build)),
        theirs,
      },
      { what: `the same, of ${pipes[program].what}`, ours: () => of(pipes[program].name), theirs },
    ];
  };
  const noMore = "the same, of a program that answers from memory and does nothing else";
  const start = (what: string, way: string, take: (sample: StartSample) => number, atMost?: number): Figure => ({
    what: `${what}, over mcp-remote`,
    ...(atMost !== undefined && { aim: { atMost } }),
    ours: (build) => starts.quantity(nameOf(way, build), take),
    theirs: starts.quantity("mcpRemote", take),
  });
  const initialized = ({ initializedMs }: StartSample) => initializedMs;
  const listed = ({ listedMs }: StartSample) => listedMs;
  const notLoaded = "the same, within 5 seconds of the window's start, when the relay's bundle is not loaded yet";
  return [
    ...(["standalone", "bridge"] as const).flatMap((program) => [
      call(program, "median", median),
      onlyPipe(program, median),
      call(program, "p99", p99),
      onlyPipe(program, p99),
    ]),
    ...relay("median", median),
    ...relay("p99", p99),
    ...large("bridge"),
    ...large("standalone"),
    {
      what: noMore,
      ours: () => calls.quantity("empty", (s) => s.largeCalls),
      theirs: calls.quantity("mcpRemote", (s) => s.largeCalls),
    },
    start("standalone: start → `initialize`", "standalone", initialized, 0.25),
    start("standalone: start → tools", "standalone", listed, 0.35),
    { what: noMore, ours: () => starts.quantity("empty", listed), theirs: starts.quantity("mcpRemote", listed) },
    start("first connection of a window: → `initialize`", "window", initialized, 0.15),
    start(notLoaded, "window, bundle not loaded", initialized),
    start("first connection of a window: → tools", "window", listed, 0.2),
    start(notLoaded, "window, bundle not loaded", listed),
    {
      what: "memory of ten standalones, over ten of mcp-remote",
      aim: { atMost: 0.6 },
      ours: (build) => together.quantity(nameOf("standalone", build), (bytes) => bytes),
      theirs: together.quantity("mcpRemote", (bytes) => bytes),
    },
    {
      what: noMore,
      ours: () => together.quantity("empty", (bytes) => bytes),
      theirs: together.quantity("mcpRemote", (bytes) => bytes),
    },
  ];
}

/** A row for each figure. Whether an aim is met is said by the median; the quartiles say how sure that is. */
export function speedTable(all: readonly Figure[], builds: readonly Build[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const [now, before] = builds;
  const heads = ["figure", ...(before ? ["before", "now / before"] : []), "value", "aim", "met"];
  return [
    line(heads),
    `|${"---|".repeat(heads.length)}`,
    ...all.map(({ what, aim, ours, theirs }) => {
      const value = now && ratioOf(ours(now), theirs);
      const compared = now && before && [ratioOf(ours(before), theirs), ratioOf(ours(now), ours(before))];
      return line([what, ...(compared ?? []).map(ratioCell), ratioCell(value), aimText(aim), metText(value, aim)]);
    }),
  ].join("\n");
}

function aimText(aim: Figure["aim"]): string {
  if (aim === undefined) return "";
  return "atMost" in aim ? `≤ ${aim.atMost}×` : `≥ ${aim.atLeast}×`;
}

function metText(value: Spread | undefined, aim: Figure["aim"]): string {
  if (aim === undefined) return "";
  if (value === undefined) return "not measured";
  return ("atMost" in aim ? value.median <= aim.atMost : value.median >= aim.atLeast) ? "yes" : "no";
}
