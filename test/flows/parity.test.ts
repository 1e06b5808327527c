import assert from "node:assert/strict";
import { test } from "node:test";
import { compareWay, directOf } from "../support/parity/compareWay.ts";
import { wayNames } from "../support/parity/parityWays.ts";
import { probes } from "../support/parity/probes.ts";

for (const era of ["legacy", "modern"] as const) {
  test(`a ${era} host sees of a server what each probe is about`, async () => {
    const observed = await directOf(era);
    const refused = Object.entries(observed).filter(([, seen]) => (seen.answer as { error?: unknown })?.error);
    const ran = probes.filter(({ only }) => only === undefined || only.host === era);
    assert.deepEqual(
      { refused: refused.map(([name]) => name), count: Object.keys(observed).length },
      {
        refused: [
          "tool call that is refused",
          "tool that there is not",
          "a page that has to be opened first",
          "read of test://nowhere",
        ],
        // And what the first host learns.
        count: ran.length + 1,
      },
    );
  });
}

for (const way of wayNames) {
  test(`${way}: hosts and servers of both eras see what they would see directly, but for what docs/parity.md names`, async () => {
    assert.deepEqual(await compareWay(way), { unnamed: [], unseen: [] });
  });
}
