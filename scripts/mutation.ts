import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { takeTemporaryFolder } from "../test/support/suites/temporaryFolders.ts";
import { again } from "./mutation/again.ts";
import { explanations } from "./mutation/explanations.ts";
import { figuresBy, figuresText, withFigures } from "./mutation/figures.ts";
import { changeText, judged } from "./mutation/judged.ts";
import { type Change, changesOf, type MutationReport } from "./mutation/mutants.ts";
import { parts } from "./mutation/parts.ts";
import { tryChanges } from "./mutation/tryChanges.ts";

/**
 * `npm run mutation [-- [--again] <part or source> …]`: changes the sources that decide who comes in, that keep tokens,
 * that limit, that listen and that read challenges, one operator or literal at a time (Stryker), and runs their tests for
 * each change. It takes a minute a part, so that no run of the tests has it.
 *
 * With `--again` it tries what the last run of a part left, and what was edited since.
 *
 * It fails when there is a change that no test notices and nobody has explained, or an explanation of none; else it
 * writes its figures into the page.
 */
const page = "docs/mutation.md";
const names = process.argv.slice(2).map((name) => name.replace(/^src\//, ""));
const asked = names.filter((name) => name !== "--again");
const known = [...Object.keys(parts), ...Object.values(parts).flatMap(({ sources }) => sources)];
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0)
  throw new Error(
    `neither a part nor a source is called ${unknown.join(", ")}; the parts are ${Object.keys(parts).join(", ")}`,
  );

// What is killed for a change that hangs leaves what it had there.
takeTemporaryFolder();
const changes: Change[] = [];
for (const [name, { sources, tests }] of Object.entries(parts)) {
  const wanted = asked.length === 0 || asked.includes(name) ? sources : sources.filter((one) => asked.includes(one));
  if (wanted.length > 0) changes.push(...changesOf(await tried(name, wanted, tests)));
}

const found = judged(changes, explanations);
for (const change of found.left)
  console.log(`\n${change.file}:${change.at} (${change.mutator})\n  ${change.line}\n  ${changeText(change)}`);
for (const { file, mutator, line, change = "" } of found.needless)
  console.log(`\n${file}: explained, but noticed or not there (${mutator})\n  ${line}\n  ${change}`);
console.log(`\n${figuresText(figuresBy(found, ({ mutator }) => mutator))}`);
const byFile = figuresBy(found, ({ file }) => file);
console.log(`\n${figuresText(byFile)}`);

if (found.left.length > 0 || found.needless.length > 0) {
  console.log(`\n${found.left.length} neither noticed nor explained, ${found.needless.length} explained for nothing`);
  process.exitCode = 1;
} else {
  const files = Object.values(parts).flatMap(({ sources }) => sources.map((source) => `src/${source}`));
  writeFileSync(page, withFigures(readFileSync(page, "utf8"), byFile, files));
}

async function tried(name: string, sources: readonly string[], tests: readonly string[]): Promise<MutationReport> {
  const file = `out/mutation/${name}.json`;
  const isAgain = names.includes("--again") && existsSync(file);
  const before = isAgain ? (JSON.parse(readFileSync(file, "utf8")) as MutationReport) : undefined;
  const { mutate, merged } = again(
    before,
    sources.map((source) => `src/${source}`),
    explanations,
  );
  const report = merged(mutate.length > 0 ? await tryChanges({ name, mutate, tests }) : { files: {} });
  writeFileSync(file, JSON.stringify({ files: { ...before?.files, ...report.files } }));
  return report;
}
