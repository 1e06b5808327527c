import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gatewayCodes } from "../../../scripts/messages/gatewayCodes.ts";
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

/** The codes that stand in the gateway's sources: those of JSON-RPC, and those that end a sentence in brackets. */
function codesOf(source: string): readonly string[] {
  const numbers = [...source.matchAll(/(?:=|code:|\?[^:\n]*:) (?<code>-32\d{3})\b/g)];
  const words = [
    ...source.matchAll(
      /(?!\b(?:if|for|while|return|await|of|in|async) )\b[\w}.]+ \((?<code>[a-z]+(?:[A-Z][a-z]+)+)\)(?=[`":])/g,
    ),
  ];
  return [...numbers, ...words].map(({ groups }) => groups?.code ?? "");
}

test("the page has every code that the local gateway has for itself, with what happened and what to do", () => {
  const names = readdirSync("src/gateway", { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const texts = names.map((name) => readFileSync(`src/gateway/${name}`, "utf8"));
  const code = texts.map((text) => text.replace(/^\s*(?:\/?\*|\/\/).*$/gm, "")).join("\n");
  const found = new Set(codesOf(code));
  const known = gatewayCodes.flatMap(([, codes]) => Object.keys(codes));
  assert.deepEqual([...found].filter((name) => !known.includes(name)).sort(), []);
  assert.ok(found.size > 10, [...found].join(" "));
  const left = known.filter((name) => !page.includes(`| \`${name}\` |`));
  assert.deepEqual(left, []);
  for (const [where, codes] of gatewayCodes) {
    for (const [name, { what, next }] of Object.entries(codes))
      assert.match(`${what} ${next}`, /^[^|]+\.$/, `${where}: ${name}`);
  }
});

test("a code that nobody wrote down is found", () => {
  const source = "say(`not rotated (auditNotTurned): ${code}`); const error = { code: -32055 }; const LATE = -32056;";
  assert.deepEqual(codesOf(source), ["-32055", "-32056", "auditNotTurned"]);
});
