import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { test } from "node:test";
import { packageVsix } from "../../scripts/packageVsix.ts";
import { isBuilt } from "../support/programs.ts";

/** What a bundle is made of: packages and rooms of `src`, each once. */
function partsOf(bundle: string): string[] {
  const { outputs } = JSON.parse(readFileSync(`dist/${bundle}.meta.json`, "utf8")) as {
    outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
  };
  const parts = Object.entries(outputs[`dist/${bundle}`]?.inputs ?? {}).filter(
    ([, { bytesInOutput }]) => bytesInOutput > 0,
  );
  const named = parts.map(([path]) => /^(?:.*node_modules\/(?:@[^/]+\/)?[^/]+|src\/[^/]+)/.exec(path)?.[0] ?? path);
  return [...new Set(named.map((name) => name.replace(/^.*node_modules\//, "")))].sort();
}

const kilobytes = (path: string): number => statSync(path).size / 1000;

test("activation loads no MCP SDK and nothing of the sandbox, and at most 200 kB", () => {
  assert.deepEqual(partsOf("extension.cjs"), [
    "jose",
    "jsonc-parser",
    "oauth4webapi",
    "src/core",
    "src/extension.ts",
    "src/node",
    "src/vscode",
  ]);
  assert.ok(kilobytes("dist/extension.cjs") <= 200, `${kilobytes("dist/extension.cjs")} kB`);
});

test("the first connection loads the relay and its SDK, and at most 900 kB", () => {
  const parts = partsOf("relay.cjs");
  assert.deepEqual(
    {
      ours: parts.filter((part) => part.startsWith("src/")),
      sdk: parts.filter((part) => part.startsWith("@modelcontextprotocol/")),
      provider: parts.includes("oidc-provider"),
    },
    {
      ours: ["src/core", "src/relay.ts"],
      sdk: ["@modelcontextprotocol/client", "@modelcontextprotocol/core", "@modelcontextprotocol/server"],
      provider: false,
    },
  );
  assert.ok(kilobytes("dist/relay.cjs") <= 900, `${kilobytes("dist/relay.cjs")} kB`);
});

test("what Explain Access needs comes by itself when it is asked for, without the MCP SDK, and at most 250 kB", () => {
  assert.deepEqual(partsOf("explain.cjs"), [
    "jose",
    "jsonc-parser",
    "oauth4webapi",
    "src/core",
    "src/explain.ts",
    "src/node",
  ]);
  assert.ok(kilobytes("dist/explain.cjs") <= 250, `${kilobytes("dist/explain.cjs")} kB`);
});

test("the bridge is a pipe and nothing else: one file of at most 15 kB", () => {
  assert.deepEqual(partsOf("bridge.cjs"), ["src/bridge.ts"]);
  assert.ok(kilobytes("dist/bridge.cjs") <= 15, `${kilobytes("dist/bridge.cjs")} kB`);
});

test("the gateway is a program of its own with nothing of the editor or the sandbox, and at most 900 kB", () => {
  const parts = partsOf("gateway.mjs");
  assert.deepEqual(
    parts.filter((part) => part.startsWith("src/") || part === "oidc-provider"),
    ["src/core", "src/gateway", "src/gateway.ts"],
  );
  assert.ok(kilobytes("dist/gateway.mjs") <= 900, `${kilobytes("dist/gateway.mjs")} kB`);
});

test("the VSIX has at most 2.5 MB", async () => {
  const path = await packageVsix({ isBuilt: isBuilt() });
  assert.ok(kilobytes(path) <= 2500, `${kilobytes(path)} kB`);
});
