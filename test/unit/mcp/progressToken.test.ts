import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutProgressToken } from "../../../src/mcp/progressToken.ts";

test("progress is told under the asker's own token, and the target gets none of it", () => {
  const told: unknown[] = [];
  const asked = withoutProgressToken({ name: "x", _meta: { progressToken: 7, trace: "t" } }, (...one) =>
    told.push(one),
  );
  asked.onprogress?.({ progress: 1, total: 2 });
  assert.deepEqual(
    {
      params: asked.params,
      told,
      onlyToken: withoutProgressToken({ _meta: { progressToken: 7 } }, () => {}).params,
      none: withoutProgressToken({ name: "x" }, () => {}),
    },
    {
      params: { name: "x", _meta: { trace: "t" } },
      told: [["notifications/progress", { progress: 1, total: 2, progressToken: 7 }]],
      onlyToken: {},
      none: { params: { name: "x" } },
    },
  );
});
