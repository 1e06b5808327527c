import assert from "node:assert/strict";
import { test } from "node:test";
import { variableOf, withoutVariables, withVariables } from "../../../src/system/environment.ts";

const env = { Path: "C:\\bin", The_Secret: "s3cret", HOME: undefined };

test("a variable is found as Windows finds it there, and elsewhere by its very name", () => {
  assert.deepEqual(
    (["win32", "linux"] as const).map((platform) => [
      variableOf(env, "PATH", platform),
      variableOf(env, "Path", platform),
      variableOf(env, "constructor", platform),
    ]),
    [
      ["C:\\bin", "C:\\bin", undefined],
      [undefined, "C:\\bin", undefined],
    ],
  );
});

test("a variable that is to be left out is left out however its name is written on Windows", () => {
  assert.deepEqual(withoutVariables(env, ["THE_SECRET"], "win32"), { Path: "C:\\bin", HOME: undefined });
  assert.deepEqual(withoutVariables(env, ["THE_SECRET"], "linux"), env);
  assert.deepEqual(withoutVariables(env, ["The_Secret"], "linux"), { Path: "C:\\bin", HOME: undefined });
});

test("a variable that is changed stays one variable on Windows, and is another one elsewhere", () => {
  const before = { PATH: "C:\\bin", TEMP: "C:\\t" };
  assert.deepEqual(withVariables(before, { Path: "D:\\", NEW: "1" }, "win32"), {
    PATH: "D:\\",
    TEMP: "C:\\t",
    NEW: "1",
  });
  assert.deepEqual(withVariables(before, { Path: "D:\\" }, "linux"), { ...before, Path: "D:\\" });
});
