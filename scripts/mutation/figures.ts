import type { Judged } from "./judged.ts";
import type { Change } from "./mutants.ts";

/** How many changes were tried of something, and what became of them. */
export interface Figures {
  readonly tried: number;
  readonly noticed: number;
  readonly explained: number;
  readonly left: number;
}

/** @param by what to tell apart, such as the file or the kind of change; in the order in which each came first */
export function figuresBy({ noticed, explained, left }: Judged, by: (change: Change) => string) {
  const names = [...new Set([...noticed, ...explained, ...left].map(by))];
  const count = (changes: readonly Change[], name: string) => changes.filter((one) => by(one) === name).length;
  return new Map<string, Figures>(
    names.map((name) => {
      const each = { noticed: count(noticed, name), explained: count(explained, name), left: count(left, name) };
      return [name, { tried: each.noticed + each.explained + each.left, ...each }];
    }),
  );
}

const columns = ["tried", "noticed", "explained", "left"] as const;

/** For a terminal, with a sum below. */
export function figuresText(figures: ReadonlyMap<string, Figures>): string {
  const rows = [
    ["", ...columns],
    ...[...figures, ["all", sum(figures.values())] as const].map(([name, one]) => [
      name,
      ...columns.map((column) => String(one[column])),
    ]),
  ];
  const width = Math.max(...rows.map(([name = ""]) => name.length));
  return rows
    .map(([name = "", ...cells]) => name.padEnd(width) + cells.map((cell) => cell.padStart(10)).join(""))
    .join("\n");
}

const sum = (all: Iterable<Figures>): Figures =>
  [...all].reduce(
    (total, one) =>
      Object.fromEntries(columns.map((column) => [column, total[column] + one[column]])) as unknown as Figures,
    {
      tried: 0,
      noticed: 0,
      explained: 0,
      left: 0,
    },
  );

const [begin, end] = ["<!-- mutation: begin -->", "<!-- mutation: end -->"];
const row = /^\| `(?<file>[^`]+)` \| (?<tried>\d+) \| (?<noticed>\d+) \| (?<explained>\d+) \| (?<left>\d+) \|$/;

/**
 * The page with the figures of files that were just changed, and of the others as it had them.
 *
 * @param files those that belong there, in order
 */
export function withFigures(page: string, figures: ReadonlyMap<string, Figures>, files: readonly string[]): string {
  const before = new Map<string, Figures>();
  for (const { groups } of page.split("\n").map((line) => row.exec(line) ?? { groups: undefined })) {
    if (!groups) continue;
    const { file = "", ...cells } = groups;
    before.set(
      file,
      Object.fromEntries(columns.map((column) => [column, Number(cells[column])])) as unknown as Figures,
    );
  }
  const known = files.flatMap((file): [string, Figures][] => {
    const one = figures.get(file) ?? before.get(file);
    return one ? [[file, one]] : [];
  });
  const cells = (name: string, one: Figures) => `| ${[name, ...columns.map((column) => one[column])].join(" | ")} |`;
  const table = [
    `| file | ${columns.join(" | ")} |`,
    "|---|---|---|---|---|",
    ...known.map(([file, one]) => cells(`\`${file}\``, one)),
    cells("all", sum(known.map(([, one]) => one))),
  ];
  return [page.slice(0, page.indexOf(begin) + begin.length), ...table, page.slice(page.indexOf(end))].join("\n");
}
