import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parityPage } from "../../../scripts/parity/parityPage.ts";

test("the page on what comes through says what the flow compares and names; npm run parity writes it", () => {
  const written = parityPage();
  assert.equal(readFileSync("docs/parity.md", "utf8"), written);
  assert.ok(written.includes("| MCP Apps: the page of a tool |"), "the probes are on it");
});
