import assert from "node:assert/strict";
import { test } from "node:test";
import { runOptions, Usage } from "../support/suites/runOptions.ts";
import { withSecondTry } from "../support/suites/secondTry.ts";

const suite = (name: string, files: readonly string[], exists = true) => ({
  name,
  what: `what ${name} is`,
  exists: () => exists,
  files: () => files,
});
const all = [
  suite("one", ["test/a.test.ts", "test/b.test.ts"]),
  suite("two", ["test/b.test.ts"]),
  suite("no", [], false),
];
const chosen = (...args: string[]) =>
  Object.fromEntries(runOptions(args, all).suites.map(({ suite: { name }, files }) => [name, files]));

test("every suite that is there runs, or those that are asked for, or the files that are", () => {
  const [a, b] = ["test/a.test.ts", "test/b.test.ts"];
  assert.deepEqual(chosen(), { one: [a, b], two: [b] });
  assert.deepEqual(chosen("--only", "two,no"), { two: [b], no: [] });
  assert.deepEqual(chosen("--only=one,two", "--without", "one"), { two: [b] });
  assert.deepEqual(chosen("./test/a.test.ts"), { one: [a] });
  assert.deepEqual(chosen("test/b.test.ts"), { one: [b], two: [b] });
  assert.deepEqual(chosen("--only", "two", b), { two: [b] });
  assert.equal(runOptions(["--bulk"], all).bulk, true);
});

for (const args of [
  ["--onyl", "one"],
  ["--only"],
  ["--only", "three"],
  ["--without", ""],
  ["test/c.test.ts"],
  ["--only", "two", "test/a.test.ts"],
]) {
  test(`nothing runs where it is asked for as ${args.join(" ")}`, () => {
    assert.throws(
      () => runOptions(args, all),
      (error) => error instanceof Usage && error.code === 2,
    );
  });
}

test("help names every suite, and ends well", () => {
  assert.throws(
    () => runOptions(["--help"], all),
    (error) => error instanceof Usage && error.code === 0 && error.message.includes("what two is"),
  );
});

test("a file that failed runs once more when the others have ended, and its second try counts, in words", async () => {
  const happened: string[] = [];
  let end = () => {};
  const others = new Promise<void>((done) => {
    end = () => {
      happened.push("the others ended");
      done();
    };
  });
  const run = async (file: string) => {
    const isAgain = happened.includes(file);
    happened.push(file);
    if (file === "last") setTimeout(end, 1);
    const fails = file === "bad" || (file === "late" && !isAgain);
    return { passed: 2, failed: fails ? 1 : 0, skipped: 1, failures: fails ? [`${file}'s failure`] : [] };
  };
  const results = await withSecondTry(["late", "bad", "last"], run, { others, say: () => {} });
  assert.deepEqual(happened, ["late", "bad", "last", "the others ended", "late", "bad"]);
  assert.deepEqual(results, {
    passed: 6,
    failed: 1,
    skipped: 3,
    failures: ["bad's failure"],
    remark: "at the second time only: late",
  });
});
