import assert from "node:assert/strict";
import { test } from "node:test";
import { test as register, registered, runTest, type TestContext } from "../../../scripts/mutation/nodeTest.ts";

test("a test that is run again and again ends what it began, in order, and fails as it fails", async () => {
  const done: string[] = [];
  const failing = runTest({
    name: "fails",
    body: (context) => {
      context.after(() => void done.push("first"));
      context.after(async () => void done.push(`second, ${context.signal.aborted ? "aborted" : "not aborted"}`));
      throw new RangeError("as it fails");
    },
  });
  await assert.rejects(failing, new RangeError("as it fails"));
  assert.deepEqual(done, ["first", "second, aborted"]);
});

test("what is skipped is not run, and what is in a test is", async () => {
  const before = registered.tests.length;
  const done: string[] = [];
  register("skipped", { skip: "for a reason" }, () => void done.push("skipped"));
  register("run", { skip: false }, (context: TestContext) => context.test("inside", () => void done.push("inside")));
  const added = registered.tests.slice(before);
  for (const one of added) await runTest(one);
  assert.deepEqual([added.map(({ name }) => name), done], [["run"], ["inside"]]);
});
