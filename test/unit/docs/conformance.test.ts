import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { conformanceFile, conformancePage } from "../../support/conformance/conformancePage.ts";

test("the page on the official client suites says what every run of them is held to", () => {
  if (process.env.GATEWAY_CONNECT_WRITE_CONFORMANCE) writeFileSync(conformanceFile, conformancePage());
  assert.equal(readFileSync(conformanceFile, "utf8"), conformancePage());
});
