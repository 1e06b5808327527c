import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const npm = process.platform === "win32" ? "npm.cmd" : "npm";

test("the package that npx would run has both programs, and nothing of the sources", () => {
  const folder = mkdtempSync(join(tmpdir(), "gateway-connect-package-"));
  try {
    const printed = execFileSync(npm, ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const packed: unknown = JSON.parse(printed);
    const [pack] = (Array.isArray(packed) ? packed : Object.values(packed as object)) as [
      { readonly filename: string; readonly files: readonly { readonly path: string }[] },
    ];
    assert.deepEqual(pack.files.map(({ path }) => path).sort(), [
      "LICENSE",
      "README.md",
      "dist/THIRD-PARTY-NOTICES.txt",
      "dist/gateway.mjs",
      "dist/standalone.mjs",
      "package.json",
    ]);
    execFileSync("tar", ["-xzf", join(folder, pack.filename), "-C", folder]);
    const { bin } = JSON.parse(readFileSync(join(folder, "package/package.json"), "utf8")) as {
      bin: Record<string, string>;
    };
    for (const [name, path] of Object.entries(bin)) {
      const program = join(folder, "package", path);
      assert.ok(readFileSync(program, "utf8").startsWith("#!/usr/bin/env node\n"), name);
      assert.match(execFileSync(process.execPath, [program, "--help"], { encoding: "utf8" }), /Usage|usage/, name);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
