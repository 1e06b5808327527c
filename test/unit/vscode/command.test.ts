import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionArgument } from "../../../src/vscode/commands/command.ts";

test("a command is run for a connection by its id, or on an item of the view", () => {
  const given = ["gw", { connectionId: "gw", kind: "gateway" }, { connectionId: 7 }, null, undefined, 7, ["gw"]];
  assert.deepEqual(
    given.map((first) => connectionArgument({ args: [first], about: () => {} })),
    ["gw", "gw", undefined, undefined, undefined, undefined, undefined],
  );
});
