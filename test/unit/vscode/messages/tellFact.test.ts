import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { argumentAt } from "../../../../scripts/l10n/sentences.ts";
import { tokensOf } from "../../../../scripts/l10n/tokens.ts";

/** The calls of the editor's messages that have a text and nothing else, in a source. */
function withoutButton(source: string): number {
  if (!/show(?:Information|Warning|Error)Message/.test(source)) return 0;
  const tokens = tokensOf(source);
  return tokens.filter(({ kind, text }, at) => {
    if (kind !== "name" || !/^show(?:Information|Warning|Error)Message$/.test(text)) return false;
    if (tokens[at + 1]?.text !== "(") return false;
    const behind = at + 2 + argumentAt(tokens, at + 2).length;
    return tokens[behind]?.text === ")";
  }).length;
}

test("no message is shown without a button but by tellFact, since the editor cuts it after one line", () => {
  assert.equal(withoutButton('show.showErrorMessage(say("x {0}", [1, 2]));'), 1);
  assert.equal(withoutButton('window.showInformationMessage(text, ...buttons); window.showErrorMessage("a", b);'), 0);
  const files = readdirSync("src/vscode", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `src/vscode/${name}`);
  const found = files.filter((file) => withoutButton(readFileSync(file, "utf8")) > 0);
  assert.deepEqual(found, []);
  assert.ok(files.length > 100, `${files.length} files`);
});
