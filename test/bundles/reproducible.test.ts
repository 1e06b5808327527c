import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { packageNpm } from "../../scripts/packageNpm.ts";
import { packageVsix } from "../../scripts/packageVsix.ts";
import { isBuilt } from "../support/programs.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { unzipped } from "../support/unzipped.ts";
import { buildVsix } from "../support/vscode/vsix.ts";
import { withEqualModes } from "../support/vscode/zipModes.ts";

/** All that a build and the two packagers read. */
const sources = readdirSync(".").filter(
  (name) => !/^(?:node_modules|dist|out|demo-output|bench|docs|\.git|\.github)$/.test(name),
);

const digest = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

test("two builds in two folders, at two times and with other rights of files, give a VSIX and a package of the same bytes", async () => {
  const elsewhere = makeTemporaryFolder("gateway-connect another place,");
  try {
    const one = {
      vsix: await packageVsix({ isBuilt: isBuilt() }),
      npm: await packageNpm({ folder: ".", to: join(elsewhere, "first") }),
    };
    const copy = join(elsewhere, "copy");
    for (const name of sources) cpSync(name, join(copy, name), { recursive: true });
    linkTree("node_modules", join(copy, "node_modules"));
    for (const name of ["README.md", "package.json", "media/icon.png"]) {
      chmodSync(join(copy, name), 0o600);
      utimesSync(join(copy, name), 1_000_000_000, 1_000_000_000);
    }
    const build = ["--import", "tsx", "scripts/build.ts"];
    execFileSync(process.execPath, build, {
      cwd: copy,
      env: { ...process.env, TZ: "Asia/Kathmandu" },
      stdio: "ignore",
    });
    chmodSync(join(copy, "dist", "extension.cjs"), 0o755);
    const vsix = await buildVsix({ folder: copy, to: join(elsewhere, "second.vsix") });
    const other = { vsix, npm: await packageNpm({ folder: copy, to: join(elsewhere, "second") }) };
    const differing = contentsThatDiffer(one.vsix, other.vsix);
    assert.deepEqual(
      { differing, vsix: digest(other.vsix), npm: digest(other.npm) },
      { differing: [], vsix: digest(one.vsix), npm: digest(one.npm) },
    );
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});

test("only the rights of files are changed in an archive, and what is none is refused", async () => {
  const bytes = readFileSync(await packageVsix({ isBuilt: isBuilt() }));
  assert.deepEqual(withEqualModes(bytes), bytes);
  for (const wrong of [Buffer.from("no archive"), bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.from("x")])]) {
    assert.throws(() => withEqualModes(wrong), /the archive/);
  }
});

function contentsThatDiffer(one: string, other: string): readonly string[] {
  const [first, second] = [unzipped(readFileSync(one)), unzipped(readFileSync(other))];
  const names = [...new Set([...first.keys(), ...second.keys()])];
  assert.ok(names.length > 30, `${names.length} files`);
  return names.filter((name) => !first.get(name)?.equals(second.get(name) ?? Buffer.alloc(0)));
}

/** The same files in another place, without a second copy of each where the disk allows it. */
function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const found of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, found.name), join(to, found.name)];
    if (found.isDirectory()) linkTree(source, target);
    else if (found.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else {
      try {
        linkSync(source, target);
      } catch {
        copyFileSync(source, target);
      }
    }
  }
}
