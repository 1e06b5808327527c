import { type Build, nameOf } from "./builds.ts";
import type { LoadSample } from "./gatewayLoad.ts";
import type { measureConnections, measureTargets, Where } from "./gatewayMany.ts";
import type { Algorithm } from "./gatewayTokens.ts";
import type { MemoryInUse } from "./memoryInUse.ts";
import { median, over, overall, p99, ratioOf } from "./statistics.ts";
import { figure, ratioCell } from "./table.ts";
import type { Rounds } from "./turns.ts";

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** The first line has the titles of the columns. */
function tableOf(title: string, [heads = [], ...rows]: readonly (readonly string[])[]): string {
  return [`### ${title}\n`, line(heads), `|${"---|".repeat(heads.length)}`, ...rows.map(line)].join("\n");
}

const ms = (value: number): string => `${figure(value)} ms`;
const mebibytes = (bytes = 0): string => `${(bytes / (1024 * 1024)).toFixed(1)} MiB`;

/** What is compared, by name and title; `peer` is what the ratios are by. */
export interface RatesShown {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, title: string])[];
  readonly peer: readonly [name: string, title: string];
}

export function ratesTable(
  byAlgorithm: ReadonlyMap<Algorithm, Rounds<LoadSample>>,
  { title, rows, peer: [peer, titleOfPeer] }: RatesShown,
): string {
  const algorithms = [...byAlgorithm];
  const perSecond = ({ perSecond }: LoadSample) => perSecond;
  return tableOf(title, [
    ["", ...algorithms.flatMap(([alg]) => [`${alg} per second`, "p99", `by ${titleOfPeer}`])],
    ...rows.map(([name, shown]) => [
      shown,
      ...algorithms.flatMap(([, measured]) => {
        const rate = measured.quantity(name, perSecond);
        const ratio = name === peer ? undefined : ratioOf(rate, measured.quantity(peer, perSecond));
        const latency = ms(overall(measured.quantity(name, ({ p99Ms }) => p99Ms)));
        return [figure(Math.round(overall(rate))), latency, ratioCell(ratio)];
      }),
    ]),
  ]);
}

export function addedTable(measured: Rounds<readonly number[]>, builds: readonly Build[]): string {
  const rows = [
    ["direct", "directly"],
    ["bytePipe", "through `node:http` that passes the bytes on"],
    ["sdkEnds", "through the SDK's two ends and no more"],
    ...builds.map((build) => [nameOf("gateway", build), nameOf("through the gateway", build)] as const),
  ] as const;
  const columns = [
    ["median", median],
    ["p99", p99],
  ] as const;
  const heads = ["added", "by what the SDK's ends add", "by what the bytes add"];
  return tableOf("What is added to a call of server-everything over HTTP", [
    ["", ...columns.flatMap(([title]) => [title, ...heads])],
    ...rows.map(([name, shown]) => [
      shown,
      ...columns.flatMap(([, statistic]) => {
        const of = (one: string) => measured.quantity(one, (calls) => calls, statistic);
        const added = (one: string) => over(of(one), of("direct"));
        const by = (other: string) => (name.startsWith("gateway") ? ratioCell(ratioOf(added(name), added(other))) : "");
        return [
          ms(overall(of(name))),
          name === "direct" ? "" : ms(overall(added(name))),
          by("sdkEnds"),
          by("bytePipe"),
        ];
      }),
    ]),
  ]);
}

export function connectionsTable(
  { loads, memory, answered }: Awaited<ReturnType<typeof measureConnections>>,
  builds: readonly Build[],
): string {
  return tableOf("1,000 connections at once, each asking again when it has its answer", [
    ["", "answered", "refused or failed", "per second", "p99", "memory before", "after"],
    ...builds.map((build) => {
      const name = nameOf("gateway", build);
      const [before, after] = memory.of(name).map(({ rssBytes }) => mebibytes(rssBytes));
      const perSecond = overall(loads.quantity(name, (load) => load.perSecond));
      const latency = overall(loads.quantity(name, ({ p99Ms }) => p99Ms));
      return [name, figure(answered), "0", figure(Math.round(perSecond)), ms(latency), before ?? "", after ?? ""];
    }),
  ]);
}

export function memoryTable(byWhere: ReadonlyMap<Where, Rounds<MemoryInUse>>, builds: readonly Build[]): string {
  const columns = builds.flatMap((build) => [...byWhere].map(([where, measured]) => ({ build, where, measured })));
  const rounds = [...byWhere.values()][0]?.of("gateway").length ?? 1;
  const shown = [...new Set([0, 1, Math.ceil((rounds - 1) / 2), rounds - 1])];
  return tableOf("Memory after calls, garbage collected", [
    ["calls", ...columns.flatMap(({ build, where }) => [nameOf(`heap, target ${where}`, build), "resident"])],
    ...shown.map((round) => [
      figure(round * 10_000),
      ...columns.flatMap(({ build, measured }) => {
        const { heapBytes, rssBytes } = measured.of(nameOf("gateway", build))[round] ?? {};
        return [mebibytes(heapBytes), mebibytes(rssBytes)];
      }),
    ]),
  ]);
}

export function targetsTable(
  where: Where,
  byCount: ReadonlyMap<number, Awaited<ReturnType<typeof measureTargets>>>,
): string {
  return tableOf(`Targets ${where}, five tools each, one request after the other`, [
    ["targets", "", "first `tools/list`", "`tools/list`, median", "`tools/call`, median", "memory"],
    ...[...byCount].flatMap(([targets, samples]) =>
      samples.map(({ name, firstListMs, lists, calls, rssBytes }) => {
        return [String(targets), name, ms(firstListMs), ms(median(lists)), ms(median(calls)), mebibytes(rssBytes)];
      }),
    ),
  ]);
}
