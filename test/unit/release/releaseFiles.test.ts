import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  type ReleaseFiles,
  releaseFileNames,
  releaseNotes,
  releaseProblems,
  withVersion,
} from "../../../scripts/releaseFiles.ts";

const files = Object.fromEntries(releaseFileNames.map((name) => [name, readFileSync(name, "utf8")])) as ReleaseFiles;
const changed: ReleaseFiles = {
  ...files,
  "CHANGELOG.md": "# Changelog\n\n## Unreleased\n\n- Something.\n\n## 0.0.9 (2026-01-01)\n\n- Old.\n",
};

test("a version is written into every file that says one, and those files alone may be released under its tag", () => {
  const next = withVersion(changed, "7.8.9", "2026-12-01");
  assert.deepEqual(releaseProblems(next, "v7.8.9"), []);
  assert.equal(releaseNotes(next["CHANGELOG.md"], "7.8.9"), "- Something.");
  assert.equal(releaseNotes(next["CHANGELOG.md"], "0.0.9"), "- Old.");
  for (const name of releaseFileNames) {
    assert.ok(releaseProblems({ ...next, [name]: changed[name] }, "v7.8.9").length > 0, `${name} is asked`);
  }
  // Nothing else was written into them.
  const added = releaseFileNames.flatMap((name) => {
    const before = new Set(changed[name].split("\n"));
    return next[name].split("\n").filter((line) => !before.has(line));
  });
  assert.ok(added.length > 4, "what was written is seen");
  assert.deepEqual(
    added.filter((line) => !line.includes("7.8.9")),
    [],
  );
  assert.equal(next["package-lock.json"].split('"version": "7.8.9"').length - 1, 2);
});

test("the first version, which is in the files before it is released, is released once", () => {
  const { version } = JSON.parse(files["package.json"]) as { readonly version: string };
  const first = withVersion(changed, version, "2026-12-01");
  assert.deepEqual([first["package.json"], releaseProblems(first, `v${version}`)], [changed["package.json"], []]);
  const again = {
    ...first,
    "CHANGELOG.md": first["CHANGELOG.md"].replace("## Unreleased\n", "## Unreleased\n\n- More.\n"),
  };
  assert.throws(() => withVersion(again, version, "2026-12-02"), /is no version after/);
});

test("a version that is none, is older or the same, and one with nothing new are refused; so is a tag of another form", () => {
  for (const version of ["0.0.9", "1.0", "v1.0.0", "1.0.0-beta", "", "next"]) {
    assert.throws(() => withVersion(changed, version, "2026-12-01"), /is no version after/, version);
  }
  const nothing = { ...changed, "CHANGELOG.md": "# Changelog\n\n## Unreleased\n\n## 0.0.9 (2026-01-01)\n" };
  assert.throws(() => withVersion(nothing, "7.8.9", "2026-12-01"), /nothing under Unreleased/);
  const next = withVersion(changed, "7.8.9", "2026-12-01");
  for (const tag of ["7.8.9", "v7.8", "v7.8.9-rc.1", "v7.8.10", ""])
    assert.ok(releaseProblems(next, tag).length > 0, tag);
});
