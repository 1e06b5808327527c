import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { makeTemporaryFolder, temporaryFolder } from "../support/temporaryFolder.ts";
import { TestReport, type TestResults } from "../support/testReport.ts";
import { patienceMs } from "../support/until.ts";

const files = {
  "good.test.ts": `import { test } from "node:test";
test("good", () => {});
test("later", { skip: "not today" }, () => {});`,
  "wrong.test.ts": `import { test } from "node:test";
interface OnlyForTheCompiler {
  readonly lines: number;
}
test("wrong", () => { throw new Error("not so"); });`,
  "empty.test.ts": `export const nothing = 1;${" ".repeat(200)}`,
  "broken.test.ts": `import "./isNotThere.ts";${" ".repeat(200)}`,
  "untidy.test.ts": `import { test } from "node:test";
test("untidy", () => { process.env.LEFT_BY_A_TEST = "yes"; });`,
  "leaves.test.ts": `import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
test("leaves", () => { for (const name of ["forgotten", "vscode-of-others"]) mkdirSync(tmpdir() + "/" + name); });`,
  "last.test.ts": `import { test } from "node:test";
test("last", () => {});`,
  // The smallest is the last. What was said before is written meanwhile.
  "z.test.ts": `import t from "node:test"; t("", () => new Promise(() => setTimeout(process.exit, 200, 1)));`,
};

/** What matters only where a process goes on with the next file. */
const betweenFiles = ["untidy.test.ts", "last.test.ts"];

let [shared, oneEach, left]: TestResults[] = [];

/** What the runner says of these files either way, from a process of its own: node's runner does not run inside a test. */
before(async () => {
  const folder = makeTemporaryFolder("runner");
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const runner = new URL("../support/runNodeTests.ts", import.meta.url).href;
  const pathsOf = (names: readonly string[]) => JSON.stringify(names.map((name) => join(folder, name)));
  const all = Object.keys(files);
  const program = join(folder, "run.mjs");
  const text = `import { runNodeTests } from ${JSON.stringify(runner)};
    const shared = await runNodeTests(${pathsOf(all)}, () => {}, "shared");
    const alone = await runNodeTests(${pathsOf(all.filter((name) => !betweenFiles.includes(name)))}, () => {}, "oneEach");
    const left = await runNodeTests(${pathsOf(["good.test.ts", "leaves.test.ts"])}, () => {}, "shared");
    console.log(JSON.stringify([shared, alone, left]));`;
  await writeFile(program, text);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const said = execFileSync(process.execPath, ["--import", "tsx", program], { env, encoding: "utf8" });
  await rm(folder, { recursive: true });
  [shared, oneEach, left] = JSON.parse(said) as TestResults[];
});

const broken = /broken\.test\.ts: the file itself\n.*isNotThere/s;
const empty = /empty\.test\.ts: the file itself\n +it holds no test/;
const untidy = /untidy\.test\.ts: the file itself\n.*the variable LEFT_BY_A_TEST/;
const wrong = /wrong\.test\.ts: wrong\n +Error: not so\n.*wrong\.test\.ts:5:\d+/s;
const ended = /z\.test\.ts: the file itself\n/;

function assertFailures(failures: readonly string[], expected: readonly RegExp[]): void {
  const missing = expected.filter((words) => !failures.some((failure) => words.test(failure)));
  assert.deepEqual({ missing, count: failures.length }, { missing: [], count: expected.length }, failures.join("\n"));
}

test("files that share a process each answer for themselves, and for what they leave to the next", () => {
  assert.ok(shared);
  const { failures, ...counts } = shared;
  // The process may be told of too.
  const ofFiles = failures.filter((failure) => !/^\S*process \d/.test(failure));
  assertFailures(ofFiles, [broken, empty, untidy, wrong, ended]);
  assert.deepEqual(counts, { passed: 4, failed: failures.length, skipped: 1 });
});

test("a file with a process of its own fails as well without a test, or when it cannot be loaded", () => {
  assert.ok(oneEach);
  const { failures, ...counts } = oneEach;
  // The process may be told of too.
  const ofFiles = failures.filter((failure) => !/^\S*process \d/.test(failure));
  assertFailures(ofFiles, [broken, empty, wrong, ended]);
  assert.deepEqual(counts, { passed: 2, failed: failures.length, skipped: 1 });
});

test("a file that passed and left something of ours in the temporary folder fails, and says what", () => {
  assert.ok(left);
  const { failures, ...counts } = left;
  assertFailures(failures, [/leaves\.test\.ts: the file itself\n +it left in the temporary folder: forgotten\n/]);
  assert.deepEqual(counts, { passed: 2, failed: 1, skipped: 1 });
});

test("a process whose tests left something open ends by itself, and fails", async (t) => {
  const folder = temporaryFolder(t, "runner");
  const [file, taken, program] = ["open.test.ts", "taken", "run.mjs"].map((name) => join(folder, name));
  await mkdir(taken ?? "");
  await writeFile(file ?? "", `import t from "node:test"; t("open", () => void setInterval(() => {}, 1000));`);
  const queue = JSON.stringify(new URL("../support/testQueue.ts", import.meta.url).href);
  const text = `import { runQueue } from ${queue}; await runQueue(${JSON.stringify([file])}, ${JSON.stringify(taken)}, 1e6, 500);`;
  await writeFile(program ?? "", text);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", program ?? ""], {
    ...{ env, encoding: "utf8", timeout: patienceMs },
  });
  assert.deepEqual([status, /^ok 1 - open$/m.test(stdout), /something was left open/.test(stderr)], [1, true, true]);
});

test("a file without a test is told of after a process that ended in the middle of another file, too", () => {
  const [ended, empty, process] = ["/t/ended.test.ts", "/t/empty.test.ts", "/t/process 1.mjs"] as const;
  const report = new TestReport([ended, empty], () => {});
  type Event = Parameters<TestReport["take"]>[0];
  const event = (type: "test:pass" | "test:fail", name: string, file: string) => {
    const details = { duration_ms: 1, ...(type === "test:fail" && { error: new Error("it ended") }) };
    report.take({ type, data: { name, file, nesting: 0, testNumber: 1, details } } as unknown as Event);
  };
  event("test:pass", "a test", ended);
  event("test:fail", process, process);
  event("test:pass", empty, "/t/testQueue.ts");
  const { failures } = report.end();
  assertFailures(failures, [
    /process 1\.mjs/,
    /empty\.test\.ts: the file itself\n +it holds no test/,
    /ended\.test\.ts: the file itself/,
  ]);
});
