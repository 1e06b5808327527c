import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const page = readFileSync("docs/storage.md", "utf8");
const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((file) => `src/${file.replaceAll("\\", "/")}`)
  // What the sandbox keeps is in its memory, and goes with it.
  .filter((file) => file.endsWith(".ts") && !file.startsWith("src/sandbox"))
  .map((file) => ({ file, text: readFileSync(file, "utf8") }));

/** The ways in which something is kept beyond the process: files, secrets, the editor's state, sockets. */
const writes =
  /\b(?:writeAtomically|writeJsonFile|textFile|writeFile|appendFile|createWriteStream)\(|[sS]ecrets\.store\(|keepSecret\(|globalState\.update\(|memory\.update\(|prepareFolder\(/;

/** Where these ways are made, so that others can take them. */
const tools = [
  "src/oauth/tokens/keptSecrets.ts",
  "src/system/jsonFile.ts",
  "src/system/textFile.ts",
  "src/system/writeAtomically.ts",
];

test("every place in src that keeps something is on the page, and the page names no other", () => {
  const writers = sources.filter(({ file, text }) => writes.test(text) && !tools.includes(file));
  const named = [...new Set([...page.matchAll(/`(src\/[\w/]+\.ts)`/g)].map(([, file]) => file ?? ""))];
  assert.deepEqual(named.sort(), writers.map(({ file }) => file).sort());
});

test("every key of a secret that src makes is on the page", () => {
  const keys = new Set(
    sources.flatMap(({ text }) =>
      [...text.matchAll(/["`](session|client|credential|gateway):(?:"|\$\{)/g)].map(([, key]) => key ?? ""),
    ),
  );
  assert.deepEqual([...keys].sort(), ["client", "credential", "gateway", "session"]);
  assert.deepEqual(
    [...keys].filter((key) => !page.includes(`\`${key}:<`)),
    [],
  );
});
