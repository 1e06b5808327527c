import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { again } from "../../../scripts/mutation/again.ts";
import { rangesOf } from "../../../scripts/mutation/changedProgram.ts";
import { explanations } from "../../../scripts/mutation/explanations.ts";
import { figuresBy, figuresText, withFigures } from "../../../scripts/mutation/figures.ts";
import { type Explanation, judged } from "../../../scripts/mutation/judged.ts";
import { changesOf, type MutationReport } from "../../../scripts/mutation/mutants.ts";
import { parts } from "../../../scripts/mutation/parts.ts";

const source = ["const most = 5;", "export const fits = (n: number) =>", "  n < most && n > 0;"].join("\n");
const place = (line: number, column: number) => ({ line, column });
const report: MutationReport = {
  files: {
    "src/fits.ts": {
      source,
      mutants: [
        mutant("Killed", "BooleanLiteral", "false", 3, [3, 11]),
        mutant("Timeout", "BooleanLiteral", "true", 3, [3, 11]),
        mutant("Survived", "EqualityOperator", "n <= most", 3, [3, 11]),
        mutant("Survived", "EqualityOperator", "n >= 0", 3, [15, 20]),
        mutant("CompileError", "StringLiteral", '""', 1, [1, 2]),
      ],
    },
  },
};

function mutant(
  status: "Killed" | "Timeout" | "Survived" | "CompileError",
  mutatorName: string,
  replacement: string,
  line: number,
  [from, to]: readonly [number, number],
) {
  return { status, mutatorName, replacement, location: { start: place(line, from), end: place(line, to) } };
}

const changes = changesOf(report);
const line = "n < most && n > 0;";
const why = "because";

test("a change is told with its line, and what is noticed is told apart from what is not", () => {
  assert.deepEqual(
    changes.map(({ at, line, was, becomes, isNoticed }) => [at, line, was, becomes, isNoticed]),
    [
      [3, line, "n < most", "false", true],
      [3, line, "n < most", "true", true],
      [3, line, "n < most", "n <= most", false],
      [3, line, "n > 0", "n >= 0", false],
    ],
  );
});

test("an explanation is of its line and its change, and what is explained for nothing is told", () => {
  const told = (...all: Explanation[]) => {
    const { explained, left, needless } = judged(changes, { "src/fits.ts": all, "src/other.ts": all });
    return [explained.length, left.length, needless.length];
  };
  const mutator = "EqualityOperator";
  assert.deepEqual(
    [
      told(),
      told({ mutator, line, why }),
      told({ mutator, line, change: "n > 0 → n >= 0", why }),
      told({ mutator, line: `${line} `, why }),
      told({ mutator: "BooleanLiteral", line, why }),
      told({ mutator, line, why }, { mutator, line, change: "n < most → true", why }),
    ],
    [
      [0, 2, 0],
      [2, 0, 0],
      [1, 1, 0],
      [0, 2, 1],
      [0, 2, 1],
      [2, 0, 1],
    ],
  );
});

test("the page gets the figures of what was tried, keeps those of the others, and forgets what is tried no more", () => {
  const found = judged(changes, {});
  assert.match(figuresText(figuresBy(found, ({ mutator }) => mutator)), /^EqualityOperator +2 +0 +0 +2$/m);
  const row = (file: string, ...cells: number[]) => `| \`src/${file}.ts\` | ${cells.join(" | ")} |`;
  const rows = [row("fits", 9, 9, 0, 0), row("gone", 1, 1, 0, 0), row("other", 3, 2, 1, 0)];
  const page = ["before", "<!-- mutation: begin -->", ...rows, "<!-- mutation: end -->", "after"].join("\n");
  const written = withFigures(
    page,
    figuresBy(found, ({ file }) => file),
    ["src/other.ts", "src/fits.ts", "src/new.ts"],
  );
  assert.deepEqual(
    written.split("\n").filter((one) => !one.startsWith("| file") && !one.startsWith("|---")),
    [
      ...["before", "<!-- mutation: begin -->", row("other", 3, 2, 1, 0), row("fits", 4, 2, 0, 2)],
      ...["| all | 7 | 4 | 1 | 2 |", "<!-- mutation: end -->", "after"],
    ],
  );
});

test("what is changed and what has to notice is there, and each line that is explained", () => {
  const all = Object.values(parts);
  const sources = all.flatMap((part) => part.sources.map((one) => `src/${one}`));
  const tests = all.flatMap((part) => part.tests.map((one) => `test/${one}`));
  assert.deepEqual(
    [...sources, ...tests].filter((file) => !existsSync(file)),
    [],
  );
  assert.deepEqual(
    sources.filter((file, at) => sources.indexOf(file) !== at),
    [],
    "changed in two parts",
  );
  const lost = Object.entries(explanations).flatMap(([file, explained]) => {
    const lines = new Set(
      sources.includes(file)
        ? readFileSync(file, "utf8")
            .split("\n")
            .map((one) => one.trim())
        : [],
    );
    return explained.filter((one) => !lines.has(one.line)).map((one) => `${file}: ${one.line}`);
  });
  assert.deepEqual(lost, []);
});

test("what is tried again is what was left in sources that are the same, and what was noticed is kept", () => {
  const file = "scripts/mutation/parts.ts";
  const source = readFileSync(file, "utf8");
  const old = {
    source,
    mutants: [
      mutant("Killed", "BooleanLiteral", "false", 3, [3, 11]),
      mutant("Survived", "BooleanLiteral", "true", 5, [3, 11]),
      mutant("Survived", "StringLiteral", '""', 5, [12, 14]),
      mutant("Survived", "StringLiteral", '""', 6, [12, 14]),
    ],
  };
  const sources = [file, "scripts/mutation.ts"];
  const { mutate, merged } = again(
    { files: { [file]: old, "scripts/mutation.ts": { ...old, source: "other" } } },
    sources,
    { [file]: [{ mutator: "StringLiteral", line: source.split("\n")[4]?.trim() ?? "", why }] },
  );
  assert.deepEqual(mutate, [`${file}:5:2-5:10`, `${file}:6:11-6:13`, "scripts/mutation.ts"]);
  const now = { source, mutants: [mutant("Killed", "StringLiteral", '""', 6, [12, 14])] };
  const all = merged({ files: { [file]: now, "scripts/mutation.ts": { ...old, source: "new" } } }).files;
  assert.deepEqual(
    sources.map((one) => all[one]?.mutants.map(({ status }) => status)),
    [
      ["Killed", "Survived", "Survived", "Killed"],
      ["Killed", "Survived", "Survived", "Survived"],
    ],
  );
  assert.deepEqual(again(undefined, sources, {}).mutate, sources);
});

test("what is tried again is the very places that were left, over however many lines they are", () => {
  const file = "scripts/mutation/parts.ts";
  const block = {
    ...mutant("Survived", "BlockStatement", "{}", 3, [3, 11]),
    location: { start: place(3, 3), end: place(5, 2) },
  };
  const old = { source: readFileSync(file, "utf8"), mutants: [block] };
  const { mutate } = again({ files: { [file]: old } }, [file, "scripts/mutation.ts"], {});
  assert.deepEqual(
    [...rangesOf(mutate)],
    [
      [resolve(file), [{ start: { line: 2, column: 2 }, end: { line: 4, column: 1 } }]],
      [resolve("scripts/mutation.ts"), []],
    ],
  );
});
