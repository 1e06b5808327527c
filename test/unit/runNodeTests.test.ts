import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Processes, TestResults } from "../support/runNodeTests.ts";

const files = {
  "good.test.ts": `import { test } from "node:test";
test("good", () => {});
test("later", { skip: "not today" }, () => {});`,
  "wrong.test.ts": `import { test } from "node:test";
interface OnlyForTheCompiler {
  readonly lines: number;
}
test("wrong", () => { throw new Error("not so"); });`,
  "empty.test.ts": "export const nothing = 1;",
  "broken.test.ts": `import "./isNotThere.ts";`,
  "untidy.test.ts": `import { test } from "node:test";
test("untidy", () => { process.env.LEFT_BY_A_TEST = "yes"; });`,
  "last.test.ts": `import { test } from "node:test";
test("last", () => {});`,
};

/** What the runner says of these files, from a process of its own: node's runner does not run inside a test. */
async function runFiles(t: TestContext, how: Processes): Promise<TestResults> {
  const folder = await mkdtemp(join(tmpdir(), "runner-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const runner = new URL("../support/runNodeTests.ts", import.meta.url).href;
  const paths = Object.keys(files).map((name) => join(folder, name));
  const program = join(folder, "run.mjs");
  const text = `import { runNodeTests } from ${JSON.stringify(runner)};
    const results = await runNodeTests(${JSON.stringify(paths)}, () => {}, ${JSON.stringify(how)});
    console.log(JSON.stringify(results));`;
  await writeFile(program, text);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const results = JSON.parse(execFileSync(process.execPath, ["--import", "tsx", program], { env, encoding: "utf8" }));
  return { ...results, failures: results.failures.sort() };
}

const whatFails = [
  /broken\.test\.ts: the file itself\n.*isNotThere/s,
  /empty\.test\.ts: the file itself\n +it holds no test/,
  /untidy\.test\.ts: the file itself\n.*the variable LEFT_BY_A_TEST/,
  /wrong\.test\.ts: wrong\n +Error: not so\n.*wrong\.test\.ts:5:\d+/s,
];

test("files that share a process each answer for themselves, and for what they leave to the next", async (t) => {
  const { failures, ...counts } = await runFiles(t, "shared");
  assert.deepEqual(counts, { passed: 3, failed: whatFails.length, skipped: 1 });
  for (const [index, words] of whatFails.entries()) assert.match(failures[index] ?? "", words);
});

test("a file with a process of its own fails as well without a test, or when it cannot be loaded", async (t) => {
  const { failures, ...counts } = await runFiles(t, "oneEach");
  const fails = whatFails.filter((words) => !words.source.startsWith("untidy"));
  assert.deepEqual(counts, { passed: 3, failed: fails.length, skipped: 1 });
  // Such a process says on its error output why it could not be loaded.
  assert.match(failures[0] ?? "", /broken\.test\.ts: the file itself\n/);
  for (const [index, words] of fails.entries()) if (index > 0) assert.match(failures[index] ?? "", words);
});
