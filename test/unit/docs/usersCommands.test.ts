import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

/** What is named otherwise there. */
const said: Readonly<Record<string, string>> = {
  "gatewayConnect.openSuggestions": "`.vscode/gateways.json`",
};

test("the page for users names every command by its title", () => {
  const { contributes } = JSON.parse(read("package.json"));
  const words: Readonly<Record<string, string | { readonly message: string }>> = JSON.parse(read("package.nls.json"));
  const page = read("docs/users.md").replace(/\s+/g, " ");
  const commands: readonly { readonly command: string; readonly title: string }[] = contributes.commands;
  assert.ok(commands.length > 40, `${commands.length}`);
  const missing = commands.flatMap(({ command, title }) => {
    const found = words[title.replaceAll("%", "")] ?? title;
    // What stands in brackets is for whoever searches the palette.
    const text = (typeof found === "string" ? found : found.message).replace(/ \([^)]*\)$/, "");
    return page.includes(said[command] ?? text) ? [] : [`${command}: ${text}`];
  });
  assert.deepEqual(missing, []);
});
