import assert from "node:assert/strict";
import { test } from "node:test";
import { policyFindings } from "../../../../src/node/doctor/policyFindings.ts";

const file = "/etc/gateway-connect/policy.json";

test("what an administrator's file is worth is told, with the places of its faults and none of its text", () => {
  const faults = [{ path: "planted", line: 3, column: 7, problem: "planted" }];
  const [broken] = policyFindings({ kind: "broken", file, faults });
  assert.deepEqual(
    [
      policyFindings({ kind: "none" }),
      policyFindings({ kind: "read", file, organisation: "Example", contact: "it@example.com" }),
      policyFindings({ kind: "ignored", file, reason: "writable" }).map(({ state, found }) => [state, found]),
      broken?.state,
      broken?.found.includes("line 3, column 7"),
      JSON.stringify(broken).includes("planted"),
    ],
    [
      [{ what: "Administrator's file", state: "ok", found: "none on this machine" }],
      [{ what: "Administrator's file", state: "ok", found: `${file}, of Example, holds; ask it@example.com` }],
      [["note", `${file} is ignored, since others than root may write it`]],
      "problem",
      true,
      false,
    ],
  );
});
