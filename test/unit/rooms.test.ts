import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { posix } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ground, mcp, type Reach, reaches, roomOf, stdio } from "../support/rooms.ts";

/**
 * Every way to name a module, in the text as it stands: comments and strings are searched too, so that nothing can hide
 * in them.
 */
const gap = String.raw`(?:\s|/\*[^]*?\*/)*`;
const literal = String.raw`["'\`](?<name>[^"'\`\n]*)["'\`]`;
const imports = [
  new RegExp(`\\b(?:from|import)${gap}["'](?<name>[^"'\n]*)["']`, "g"),
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
  const reach = reaches[roomOf(file)];
  if (!reach) return [`${file} is in no room that this test knows`];
  const names = imports.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match.groups?.name ?? ""));
  const wrong = [...new Set(names)]
    .filter((name) => !allowed(name, file, reach))
    .map((name) => `${file} imports ${name}`);
  // The extension loads its parts by names that the bundler must not follow, one of them at once.
  const unnamed = file === "extension.ts" ? 2 : 0;
  if ([...text.matchAll(computed)].length > unnamed) wrong.push(`${file} imports what only running it would tell`);
  return wrong;
}

function allowed(name: string, file: string, reach: Reach): boolean {
  if (name.startsWith(".")) {
    const target = posix.join(posix.dirname(file), name);
    return [...reach.rooms, roomOf(file)].includes(roomOf(target));
  }
  if (name.startsWith("node:") || builtinModules.includes(name)) return reach.node;
  return reach.packages.includes(name);
}

/** The files of `src` that a file names, in the order in which it does. */
function relativeImports(file: string, text: string): string[] {
  const names = imports.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match.groups?.name ?? ""));
  return names.filter((name) => name.startsWith(".")).map((name) => posix.join(posix.dirname(file), name));
}

/** Each circle once, from the file where the search met it. */
function circles(imported: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file);
    if (at >= 0) found.push([...way.slice(at), file].join(" → "));
    if (at >= 0 || done.has(file)) return;
    for (const next of imported.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of imported.keys()) visit(file, []);
  return found;
}

const source = fileURLToPath(new URL("../../src/", import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => /\.[cm]?[jt]sx?$/.test(file));

test("every import in src leads to a room below its own", () => {
  const wrong = files.flatMap((file) => wrongImports(file, readFileSync(`${source}${file}`, "utf8")));
  assert.deepEqual(wrong, []);
});

test("the rooms have an order: no two may import each other, be it over others", () => {
  const below = (room: string): readonly string[] =>
    (reaches[room]?.rooms ?? []).flatMap((other) => [other, ...below(other)]);
  assert.deepEqual(
    Object.keys(reaches).filter((room) => below(room).includes(room)),
    [],
  );
});

test("the rooms below node use nothing of Node, but for the gateway and the sandbox", () => {
  assert.deepEqual(
    ground.filter((room) => reaches[room]?.node !== false),
    [],
  );
});

test("no files of src import each other in a circle, types included", () => {
  const imported = new Map(
    files.map((file) => [file, relativeImports(file, readFileSync(`${source}${file}`, "utf8"))] as const),
  );
  assert.deepEqual(circles(imported), []);
  assert.ok([...imported.values()].flat().length > files.length, "the scan finds the imports");
});

test("a circle is found, however long it is", () => {
  const imported = new Map([
    ["a.ts", ["b.ts"]],
    ["b.ts", ["c.ts", "d.ts"]],
    ["c.ts", ["a.ts"]],
    ["d.ts", []],
  ]);
  assert.deepEqual(circles(imported), ["a.ts → b.ts → c.ts → a.ts"]);
});

test("a file of more than 300 lines says in its head why it is one", () => {
  const unexplained = files.filter((file) => {
    const lines = readFileSync(`${source}${file}`, "utf8").split("\n");
    return lines.length > 300 && !/one file of more than 300 lines: /.test(lines.slice(0, 30).join(" "));
  });
  assert.deepEqual(unexplained, []);
});

test("the scan reads every room and sees that they import something", () => {
  const seen = new Set(files.map(roomOf));
  assert.deepEqual(
    Object.keys(reaches).filter((room) => !seen.has(room)),
    [],
  );
  const extension = readFileSync(`${source}extension.ts`, "utf8");
  assert.deepEqual(wrongImports("lib/extension.ts", extension).includes("lib/extension.ts imports vscode"), true);
});

const planted: readonly (readonly [what: string, file: string, text: string, wrong: string])[] = [
  ["lib takes the editor", "lib/a.ts", 'import * as vscode from "vscode";', "vscode"],
  ["lib takes only a type of the editor", "lib/a.ts", 'import type { Uri } from "vscode";', "vscode"],
  ["lib names a type of the editor inline", "lib/a.ts", 'let uri: import("vscode").Uri;', "vscode"],
  ["lib loads Node when it runs", "lib/a/b.ts", 'await import( /* why */ "node:fs");', "node:fs"],
  ["lib loads Node under its old name", "lib/a.ts", 'import fs from "fs";', "fs"],
  ["lib asks the process for Node", "lib/a.ts", 'process.getBuiltinModule("node:fs")', "node:fs"],
  ["lib requires Node", "lib/a.ts", "const fs = require(`node:fs`);", "node:fs"],
  ["lib resolves Node", "lib/a.ts", 'import.meta.resolve("node:fs")', "node:fs"],
  ["lib imports for the effect", "lib/a.ts", 'import "../node/jsonFile.ts";', "../node/jsonFile.ts"],
  ["lib re-exports over several lines", "lib/a.ts", 'export {\n  a,\n} from\n  "../node/a.ts";', "../node/a.ts"],
  ["lib refers to types", "lib/a.ts", '/// <reference types="node" />', "node"],
  ["mcp takes the part of the SDK that starts processes", "mcp/a.ts", `import {} from "${stdio}";`, stdio],
  ["lib goes around through itself", "lib/a/b.ts", 'import "../../lib/../vscode/a.ts";', "../../lib/../vscode/a.ts"],
  ["node takes the editor", "node/a.ts", 'import { env } from "vscode";', "vscode"],
  ["node takes the room above", "node/a.ts", 'import type { A } from "../vscode/a.ts";', "../vscode/a.ts"],
  ["a room takes one beside it", "oauth/a.ts", 'import "../agentcore/a.ts";', "../agentcore/a.ts"],
  ["the relay takes what stands above it", "relay/a.ts", 'import "../connections/a.ts";', "../connections/a.ts"],
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
    [wrongImports("lib/a.ts", "await import(name);"), wrongImports("utils/a.ts", "")],
    [["lib/a.ts imports what only running it would tell"], ["utils/a.ts is in no room that this test knows"]],
  );
});
