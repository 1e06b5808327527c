import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";

const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies?: unknown;
};

let folder = "";
let pack: { readonly filename: string; readonly files: readonly { readonly path: string }[] };

before(() => {
  folder = makeTemporaryFolder("gateway-connect-package");
  const printed = run(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], process.cwd());
  const packed: unknown = JSON.parse(printed);
  [pack] = (Array.isArray(packed) ? packed : Object.values(packed as object)) as [typeof pack];
});

after(() => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[], cwd: string): string {
  const env = { ...process.env, npm_config_cache: join(folder, "cache"), npm_config_update_notifier: "false" };
  return execFileSync(npm, args, {
    cwd,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    shell: process.platform === "win32",
  });
}

test("the package that npx would run has both programs, and nothing of the sources", () => {
  assert.deepEqual(pack.files.map(({ path }) => path).sort(), [
    "LICENSE",
    "README.md",
    "dist/THIRD-PARTY-NOTICES.txt",
    "dist/awsSdk.cjs",
    "dist/cedar.cjs",
    "dist/cedar_wasm_bg.wasm.br",
    "dist/gateway.mjs",
    "dist/standalone.mjs",
    "dist/toml.cjs",
    "dist/yaml.cjs",
    "package.json",
  ]);
});

test("npx runs each program from the package alone: it fetches nothing besides, from nowhere", () => {
  assert.equal(manifest.dependencies, undefined, "what the programs are made of is in them");
  const says = (...args: readonly string[]) =>
    run(["exec", "--offline", "--yes", `--package=${join(folder, pack.filename)}`, "--", ...args], folder);
  assert.deepEqual(Object.keys(manifest.bin), ["gateway-connect", "gateway-connect-gateway"]);
  assert.ok(says("gateway-connect", "--version").includes(manifest.version));
  assert.match(says("gateway-connect", "--help"), /^Usage: .* <gateway address> \[options\]$/m);
  assert.match(says("gateway-connect-gateway", "--help"), /^Usage:\n +gateway --config/m);
});
