import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { posix } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

/** What a part of `src` may import. Nothing else, be it for a type only or at run time only. */
interface Reach {
  /** Folders of `src`, and entries by their file name. */
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
  /** Whether Node's own modules may be used. */
  readonly node: boolean;
}

const mcp = ["@modelcontextprotocol/client", "@modelcontextprotocol/server"];
const stdio = "@modelcontextprotocol/client/stdio";

/** `core ← node ← vscode ← extension.ts` and `gateway ← sandbox`. Folders first, then the entries. */
const reaches: Readonly<Record<string, Reach>> = {
  core: {
    rooms: ["core"],
    packages: [...mcp, "@cfworker/json-schema", "jose", "jsonc-parser", "oauth4webapi"],
    node: false,
  },
  node: { rooms: ["core", "node"], packages: [], node: true },
  vscode: { rooms: ["core", "node", "vscode"], packages: ["vscode"], node: true },
  gateway: { rooms: ["core", "gateway"], packages: [...mcp, stdio, "jose", "jsonc-parser", "prom-client"], node: true },
  sandbox: { rooms: ["core", "gateway", "sandbox"], packages: [...mcp, "jose", "oidc-provider"], node: true },
  "extension.ts": { rooms: ["core", "node", "vscode", "relay.ts", "explain.ts"], packages: ["vscode"], node: true },
  "explain.ts": { rooms: ["core", "node"], packages: [], node: false },
  "relay.ts": { rooms: ["core"], packages: [], node: false },
  "sandbox.ts": { rooms: ["gateway", "sandbox"], packages: [], node: true },
  "gateway.ts": { rooms: ["core", "gateway"], packages: [], node: true },
  "bridge.ts": { rooms: [], packages: [], node: true },
  "standalone.ts": { rooms: ["core", "node"], packages: ["@modelcontextprotocol/server/stdio"], node: true },
};

/**
 * Every way to name a module, in the text as it stands: comments and strings are searched too, so that nothing can hide
 * in them.
 */
const gap = String.raw`(?:\s|/\*[^]*?\*/)*`;
const literal = String.raw`["'\`](?<name>[^"'\`\n]*)["'\`]`;
const imports = [
  new RegExp(`\\b(?:from|import)${gap}${literal}`, "g"),
  new RegExp(
    `\\b(?:import|require|(?:import\\.meta|require)\\.resolve|getBuiltinModule|createRequire\\([^)]*\\))${gap}\\(${gap}${literal}`,
    "g",
  ),
  /\/\/\/\s*<reference\s+(?:types|path)\s*=\s*["'](?<name>[^"']*)["']/g,
];
/** A module whose name is only known when the program runs. */
const computed = new RegExp(`\\b(?:import|require)${gap}\\(${gap}(?!["'\`\\s/)])`, "g");

/** What a file imports against the direction, a sentence each. `file` is relative to `src`. */
function wrongImports(file: string, text: string): string[] {
  const room = file.includes("/") ? file.slice(0, file.indexOf("/")) : file;
  const reach = reaches[room];
  if (!reach) return [`${file} is in no room that this test knows`];
  const names = imports.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match.groups?.name ?? ""));
  const wrong = [...new Set(names)]
    .filter((name) => !allowed(name, file, reach))
    .map((name) => `${file} imports ${name}`);
  // The extension loads two more bundles by names that the bundler must not follow.
  const unnamed = file === "extension.ts" ? 2 : 0;
  if ([...text.matchAll(computed)].length > unnamed) wrong.push(`${file} imports what only running it would tell`);
  return wrong;
}

function allowed(name: string, file: string, reach: Reach): boolean {
  if (name.startsWith(".")) {
    const target = posix.join(posix.dirname(file), name);
    return reach.rooms.includes(target.includes("/") ? target.slice(0, target.indexOf("/")) : target);
  }
  if (name.startsWith("node:") || builtinModules.includes(name)) return reach.node;
  return reach.packages.includes(name);
}

const source = fileURLToPath(new URL("../../src/", import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => /\.[cm]?[jt]sx?$/.test(file));

test("every import in src keeps the direction: core ← node ← vscode ← extension.ts, gateway ← sandbox", () => {
  const wrong = files.flatMap((file) => wrongImports(file, readFileSync(`${source}${file}`, "utf8")));
  assert.deepEqual(wrong, []);
});

test("the scan reads every room and sees that they import something", () => {
  const seen = new Set(files.map((file) => (file.includes("/") ? file.slice(0, file.indexOf("/")) : file)));
  const rooms = ["core", "node", "vscode", "gateway", "sandbox", "extension.ts", "relay.ts", "sandbox.ts"];
  assert.deepEqual(
    rooms.filter((room) => !seen.has(room)),
    [],
  );
  const extension = readFileSync(`${source}extension.ts`, "utf8");
  assert.deepEqual(wrongImports("core/extension.ts", extension).includes("core/extension.ts imports vscode"), true);
});

const planted: readonly (readonly [what: string, file: string, text: string, wrong: string])[] = [
  ["core takes the editor", "core/a.ts", 'import * as vscode from "vscode";', "vscode"],
  ["core takes only a type of the editor", "core/a.ts", 'import type { Uri } from "vscode";', "vscode"],
  ["core names a type of the editor inline", "core/a.ts", 'let uri: import("vscode").Uri;', "vscode"],
  ["core loads Node when it runs", "core/a/b.ts", 'await import( /* why */ "node:fs");', "node:fs"],
  ["core loads Node under its old name", "core/a.ts", 'import fs from "fs";', "fs"],
  ["core asks the process for Node", "core/a.ts", 'process.getBuiltinModule("node:fs")', "node:fs"],
  ["core requires Node", "core/a.ts", "const fs = require(`node:fs`);", "node:fs"],
  ["core resolves Node", "core/a.ts", 'import.meta.resolve("node:fs")', "node:fs"],
  ["core imports for the effect", "core/a.ts", 'import "../node/jsonFile.ts";', "../node/jsonFile.ts"],
  ["core re-exports over several lines", "core/a.ts", 'export {\n  a,\n} from\n  "../node/a.ts";', "../node/a.ts"],
  ["core refers to types", "core/a.ts", '/// <reference types="node" />', "node"],
  ["core takes the part of the SDK that starts processes", "core/a.ts", `import {} from "${stdio}";`, stdio],
  [
    "core goes around through itself",
    "core/a/b.ts",
    'import "../../core/../vscode/a.ts";',
    "../../core/../vscode/a.ts",
  ],
  ["node takes the editor", "node/a.ts", 'import { env } from "vscode";', "vscode"],
  ["node takes the room above", "node/a.ts", 'import type { A } from "../vscode/a.ts";', "../vscode/a.ts"],
  ["vscode takes the entry", "vscode/a.ts", 'import { activate } from "../extension.ts";', "../extension.ts"],
  ["vscode takes the sandbox", "vscode/a.ts", 'import("../sandbox/startSandbox.ts")', "../sandbox/startSandbox.ts"],
  ["the extension takes the sandbox", "extension.ts", 'import "./sandbox.ts";', "./sandbox.ts"],
  ["the extension takes the MCP SDK", "extension.ts", `import "${mcp[0]}";`, mcp[0] ?? ""],
  ["gateway takes the editor", "gateway/a.ts", 'import type * as v from "vscode";', "vscode"],
  ["gateway takes our Node adapters", "gateway/http/a.ts", 'import "../../node/a.ts";', "../../node/a.ts"],
  ["gateway takes the sandbox", "gateway/a.ts", 'import "../sandbox/people.ts";', "../sandbox/people.ts"],
  ["sandbox takes our Node adapters", "sandbox/a.ts", 'import "../node/a.ts";', "../node/a.ts"],
  ["sandbox takes the editor", "sandbox/a.ts", 'import "vscode";', "vscode"],
];

for (const [what, file, text, wrong] of planted) {
  test(`the scan finds it when ${what}`, () => {
    assert.deepEqual(wrongImports(file, text), [`${file} imports ${wrong}`]);
  });
}

test("the scan finds a module whose name is made up at run time, and a folder that it does not know", () => {
  assert.deepEqual(
    [wrongImports("core/a.ts", "await import(name);"), wrongImports("utils/a.ts", "")],
    [["core/a.ts imports what only running it would tell"], ["utils/a.ts is in no room that this test knows"]],
  );
});
