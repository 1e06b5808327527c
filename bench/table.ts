import type { Build } from "./builds.ts";
import { overall, type Quantity, ratioOf, type Spread } from "./statistics.ts";

export interface Row {
  readonly what: string;
  /** By the name of the column. */
  readonly values: Readonly<Record<string, Quantity | undefined>>;
  readonly unit?: string;
  readonly aim?: string;
}

export interface Columns {
  readonly values: readonly (readonly [name: string, title: string])[];
  /** Of two columns, the first by the second. */
  readonly ratios: readonly (readonly [name: string, by: string])[];
}

/** What all rounds came to, and ratios with their quartiles. */
export function table(rows: readonly Row[], { values, ratios }: Columns): string {
  const titles = new Map(values);
  const heads = ratios.map(([one, by]) => `${titles.get(one) ?? one} / ${titles.get(by) ?? by}`);
  const withAim = rows.some(({ aim }) => aim !== undefined);
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const columns = ["", ...values.map(([, title]) => title), ...heads, ...(withAim ? ["aim"] : [])];
  return [
    line(columns),
    `|${"---|".repeat(columns.length)}`,
    ...rows.map((row) =>
      line([
        row.what,
        ...values.map(([name]) => valueCell(row.values[name], row.unit ?? "ms")),
        ...ratios.map(([one, by]) => ratioCell(quotient(row.values[one], row.values[by]))),
        ...(withAim ? [row.aim ?? ""] : []),
      ]),
    ),
  ].join("\n");
}

function valueCell(value: Quantity | undefined, unit: string): string {
  return value === undefined ? "" : `${figure(overall(value))} ${unit}`.trim();
}

const quotient = (one: Quantity | undefined, by: Quantity | undefined): Spread | undefined =>
  one && by && ratioOf(one, by);

/** Empty where there is none. */
export function ratioCell(ratio: Spread | undefined): string {
  if (ratio === undefined) return "";
  return `${times(ratio.median)} (${times(ratio.low, "")} to ${times(ratio.high, "")})`;
}

const times = (ratio: number, sign = "×"): string => (ratio < 0.005 ? `< 0.01${sign}` : `${ratio.toFixed(2)}${sign}`);

/** Three digits are more than a measurement of this kind can promise. */
export function figure(value: number): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

/** Each of ours by the peer, and what is now by what was before. */
export function ratiosOfBuilds(
  ours: (build: Build) => readonly string[],
  builds: readonly Build[],
  peer?: string,
): (readonly [string, string])[] {
  const [now, before] = builds.map(ours);
  const byPeer = peer === undefined ? [] : builds.flatMap(ours).map((name) => [name, peer] as const);
  return [...byPeer, ...(now ?? []).flatMap((name, at) => (before?.[at] ? [[name, before[at]] as const] : []))];
}
