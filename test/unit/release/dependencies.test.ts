import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly license?: string; readonly hasInstallScript?: boolean; readonly dev?: boolean }>
  >;
}

const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));
const manifest = json("package.json") as {
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
};
const locks = ["package-lock.json", ".github/publish/package-lock.json"].map((path) => ({
  path,
  ...(json(path) as Lock),
}));

/** Of tools: they end where the tool does. What ships is held to a shorter list, in `test/bundles/sbom.test.ts`. */
const LICENCES_OF_TOOLS = [
  "(MIT AND Zlib)",
  "(MIT OR GPL-3.0-or-later)",
  "0BSD",
  "Apache-2.0",
  "Artistic-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "EPL-2.0",
  "ISC",
  "MIT",
  "MIT OR Apache-2.0",
  "MPL-2.0",
];
/**
 * They name a text in place of a licence of the list: Microsoft's terms for its program that signs extensions, which are for
 * developing for its editor, and those of MCP's reference servers, MIT and Apache-2.0.
 */
const READ = /^node_modules\/(?:@vscode\/vsce-sign(?:-[\w-]+)?|@modelcontextprotocol\/server-everything)$/;

test("every package that is named has a line that says why, in order, and is pinned to one version", () => {
  const rows = [...readFileSync("docs/dependencies.md", "utf8").matchAll(/^\| `([^`]+)` \| (.+?) \| (yes )?\|$/gm)];
  assert.deepEqual(
    rows.map(([, name]) => name),
    Object.keys(manifest.devDependencies).toSorted(),
  );
  assert.ok(rows.every(([, , why = ""]) => why.length >= 5));
  const loose = Object.entries(manifest.devDependencies).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
  assert.deepEqual(loose, []);
});

test("nothing runs when the product is installed, or in order to build it, but for the tools that are named", () => {
  const atInstall =
    /^(?:pre|post)?install$|^(?:pre|post)?prepare$|^(?:pre|post)?pack$|^(?:pre|post)?publish$|^prepublishOnly$/;
  assert.deepEqual(
    Object.keys(manifest.scripts).filter((name) => atInstall.test(name)),
    [],
  );
  for (const field of ["dependencies", "optionalDependencies", "peerDependencies", "bundleDependencies"]) {
    assert.ok(!(field in manifest), field);
  }
  const scripts = locks.flatMap(({ packages }) =>
    Object.entries(packages).flatMap(([name, { hasInstallScript }]) => (hasInstallScript ? [name] : [])),
  );
  assert.deepEqual([...new Set(scripts)].sort(), ["node_modules/@vscode/vsce-sign", "node_modules/esbuild"]);
  for (const file of [".ci/run", ".github/workflows/test.yml", ".github/workflows/release.yml"]) {
    const installs = readFileSync(file, "utf8").match(/npm ci.*/g) ?? assert.fail(file);
    assert.ok(
      installs.every((line) => line.includes("--ignore-scripts")),
      file,
    );
  }
});

test("every package that is installed has a licence that was read, or is of a list", () => {
  for (const { path, packages } of locks) {
    const others = Object.entries(packages).filter(
      ([name, { license }]) => name !== "" && !LICENCES_OF_TOOLS.includes(license ?? "") && !READ.test(name),
    );
    assert.deepEqual(others, [], path);
  }
});
