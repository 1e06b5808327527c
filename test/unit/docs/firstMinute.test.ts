import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { firstMinuteFile, firstMinutePage } from "../../../scripts/firstMinute/firstMinutePage.ts";
import { firstMinuteWays } from "../../support/vscode/firstMinute.ts";

test("the page on the first minute has the clicks that the editor's suite counts; npm run first-minute writes it", () => {
  // Seconds are of one machine, and are whatever they were.
  const timeless = (page: string) =>
    page.replaceAll(/\d+\.\d \|$/gm, "s |").replace(/, of\none run,|, the\nmedian of 3 runs,/, ", of runs,");
  const written = firstMinutePage(firstMinuteWays.map((way) => ({ ...way, seconds: [9, 1, 2] })));
  assert.match(written, /the\nmedian of 3 runs,/);
  assert.match(written, /\| 2\.0 \|$/m);
  assert.equal(timeless(readFileSync(firstMinuteFile, "utf8")), timeless(written));
  const sandbox = firstMinuteWays.find(({ id }) => id === "sandbox");
  assert.equal(sandbox?.confirmations.indexOf("Run"), 3, "three clicks lead to the page of the first tool");
});
