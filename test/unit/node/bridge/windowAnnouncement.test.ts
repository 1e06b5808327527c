import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { announceWindow } from "../../../../src/node/bridge/windowAnnouncement.ts";
import { temporaryFolder } from "../../../support/temporaryFolder.ts";

const here = { pid: process.pid, socket: "/tmp/socket", key: "made-up", folders: [], since: 1 };

test("what a window left that is gone is cleared away, and what another version wrote stays byte for byte", async (t) => {
  const folder = temporaryFolder(t, "windows");
  const windows = join(folder, "windows");
  await mkdir(windows);
  const { pid: gone } = spawnSync(process.execPath, ["--version"]);
  await writeFile(join(windows, "gone.json"), JSON.stringify({ ...here, pid: gone }));
  await writeFile(join(windows, "alive.json"), JSON.stringify(here));
  const unknown = fc.sample(
    fc
      .oneof(
        fc.jsonValue().map((value) => JSON.stringify(value)),
        fc.string(),
      )
      .filter((text) => !text.includes('"pid"')),
    { numRuns: 30, seed: 1 },
  );
  for (const [at, text] of unknown.entries()) await writeFile(join(windows, `newer-${at}.json`), text);
  const takeBack = await announceWindow(folder, here);
  await takeBack();
  assert.deepEqual(
    {
      left: (await readdir(windows)).filter((name) => !name.startsWith("newer-")),
      unknown: await Promise.all(unknown.map((_, at) => readFile(join(windows, `newer-${at}.json`), "utf8"))),
    },
    { left: ["alive.json"], unknown },
  );
});
