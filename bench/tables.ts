import type { ContenderName } from "./contenders.ts";
import { CALLS, type Sample } from "./measure.ts";
import type { RelayMemory } from "./relayMemory.ts";
import type { ColdConnect } from "./relayProcess.ts";
import { median } from "./statistics.ts";

export interface Measured {
  readonly samples: Readonly<Record<ContenderName, readonly Sample[]>>;
  readonly cold: ColdConnect[];
  readonly memory: readonly RelayMemory[];
  readonly mcpRemoteVersion: string;
}

const mebibyte = 1024 * 1024;

/** What a connection costs, row by row; the ratio is ours to mcp-remote's. */
export function connectionTable({ samples, cold, memory, mcpRemoteVersion }: Measured): string {
  const of = (name: ContenderName, take: (sample: Sample) => number) => median(samples[name].map(take));
  const row = (
    what: string,
    ours: number,
    theirs: number,
    { unit = "ms", direct, aim = "" }: { unit?: string; direct?: number; aim?: string },
  ) => {
    const cells = [direct, ours, theirs].map((value) => (value === undefined ? "" : `${figure(value)} ${unit}`.trim()));
    return `| ${[what, ...cells, ratio(ours, theirs), aim].join(" | ")} |`;
  };
  const compare = (
    what: string,
    take: (sample: Sample) => number,
    { name = "relay", ...rest }: { name?: "relay" | "relayKnown"; unit?: string; aim?: string } = {},
  ) => row(what, of(name, take), of("mcpRemote", take), { direct: of("direct", take), ...rest });
  const over = (what: string, take: (sample: Sample) => number, aim = "") =>
    row(what, of("relay", take) - of("direct", take), of("mcpRemote", take) - of("direct", take), { aim });
  const requests = ({ requests }: Sample) => requests.length;
  const theirRss = of("mcpRemote", ({ rssBytes = 0 }) => rssBytes) / mebibyte;
  const ourMemory = (take: (memory: RelayMemory) => number) => median(memory.map(take)) / mebibyte;
  const coldMs = (take: (sample: ColdConnect) => number) => median(cold.map(take));
  return [
    `| | direct | relay | mcp-remote ${mcpRemoteVersion} | relay / mcp-remote | aim |`,
    "|---|---|---|---|---|---|",
    compare("connect → `initialize` answered", (s) => s.initializedMs, { aim: "≤ 0.2×" }),
    row(
      "the same, first connection of a window (with loading the bundle, opening the socket)",
      coldMs((s) => s.initializedMs),
      of("mcpRemote", (s) => s.initializedMs),
      { aim: "≤ 0.2×" },
    ),
    `| of it, loading the bundle | | ${figure(coldMs((s) => s.loadMs))} ms | | | |`,
    compare("connect → first tool list, gateway never reached before", (s) => s.listedMs),
    compare("connect → first tool list, gateway known", (s) => s.listedMs, { name: "relayKnown" }),
    row(
      "the same, first connection of a window, gateway never reached before",
      coldMs((s) => s.listedMs),
      of("mcpRemote", (s) => s.listedMs),
      {},
    ),
    compare("requests before the first tool list, gateway never reached before", requests, { unit: "", aim: "≤ 4" }),
    compare("requests before the first tool list, gateway known", requests, {
      name: "relayKnown",
      unit: "",
      aim: "≤ 4",
    }),
    compare("requests until quiet, gateway never reached before", (s) => s.requestsUntilQuiet, { unit: "" }),
    compare(`tool call, median of ${CALLS}`, (s) => s.callMedianMs),
    over("tool call, median over direct", (s) => s.callMedianMs),
    compare(`tool call, p99 of ${CALLS}`, (s) => s.callP99Ms),
    over("tool call, p99 over direct", (s) => s.callP99Ms),
    compare("tool call with a result of 1 MiB, median", (s) => s.largeMedianMs),
    row(
      "memory per connection (RSS)",
      ourMemory((m) => m.eachFurther.rssBytes),
      theirRss,
      { unit: "MiB", aim: "≤ 5 MiB" },
    ),
    row(
      "memory per connection (heap and buffers; mcp-remote: RSS)",
      ourMemory((m) => m.eachFurther.heapBytes),
      theirRss,
      { unit: "MiB" },
    ),
    row(
      "memory of a window's first connection with the bundle (RSS)",
      ourMemory((m) => m.first.rssBytes),
      theirRss,
      { unit: "MiB" },
    ),
  ].join("\n");
}

export function sizesTable({
  extension,
  relay,
  vsix,
}: {
  readonly extension: number | undefined;
  readonly relay: number | undefined;
  readonly vsix: number | undefined;
}): string {
  const kilobytes = (bytes: number | undefined) => (bytes === undefined ? "not built" : `${figure(bytes / 1000)} kB`);
  return [
    "| | size | aim |",
    "|---|---|---|",
    `| loaded at activation (\`dist/extension.cjs\`) | ${kilobytes(extension)} | ≤ 130 kB |`,
    `| loaded with the first connection (\`relay.cjs\`) | ${kilobytes(relay)} | ≤ 900 kB |`,
    `| VSIX | ${kilobytes(vsix)} | ≤ 2500 kB |`,
  ].join("\n");
}

/** Empty where a difference came out below nothing. */
export function ratio(ours: number, theirs: number): string {
  if (ours <= 0 || theirs <= 0) return "";
  return ours / theirs < 0.005 ? "< 0.01×" : `${figure(ours / theirs)}×`;
}

/** Three digits are more than a measurement of this kind can promise. */
export function figure(value: number): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}
