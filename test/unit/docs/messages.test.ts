import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { messagesPage } from "../../../scripts/messages/messagesPage.ts";
import { failureSamples } from "../../support/failureSamples.ts";

const page = readFileSync("docs/messages.md", "utf8");

test("the page has every message as it is shown, with what to do about it; `npm run messages` writes it", () => {
  assert.equal(page, messagesPage());
});

test("every code has a heading that can be linked to, and none has another", () => {
  const headings = [...page.matchAll(/^## `(?<code>\w+)`$/gm)].map(({ groups }) => groups?.code ?? "");
  assert.deepEqual(headings.toSorted(), Object.keys(failureSamples).toSorted());
  assert.ok(headings.length > 40, "the page is read");
});

test("where the words of a code differ, the page says with which error", () => {
  assert.match(page, /^With `invalid_client` and a secret or key:$/m);
  assert.match(page, /^With `AADSTS50011`:$/m);
});
