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

test("the socket of a window that was ended at once goes with its folder, and nothing else that a file names", async (t) => {
  const folder = temporaryFolder(t, "windows");
  const windows = join(folder, "windows");
  await mkdir(windows);
  const { pid: gone } = spawnSync(process.execPath, ["--version"]);
  const place = async (name: string, others: readonly string[] = []) => {
    await mkdir(join(folder, name));
    for (const file of ["relay.sock", ...others]) await writeFile(join(folder, name, file), "");
    return join(folder, name, "relay.sock");
  };
  const [dead, shared, alive, foreign, other] = [
    await place("0123456789abcdef"),
    await place("gwc-0123456789abcdef", ["somebody's"]),
    await place("fedcba9876543210"),
    await place("documents"),
    (await place("00000000000000ff", ["letter"])).replace("relay.sock", "letter"),
  ];
  for (const [at, socket] of [dead, shared, foreign, other, 7, undefined].entries()) {
    await writeFile(join(windows, `gone-${at}.json`), JSON.stringify({ ...here, pid: gone, socket }));
  }
  await writeFile(join(windows, "alive.json"), JSON.stringify({ ...here, socket: alive }));
  const takeBack = await announceWindow(folder, here);
  await takeBack();
  assert.deepEqual((await readdir(folder, { recursive: true })).map((name) => name.replaceAll("\\", "/")).toSorted(), [
    "00000000000000ff",
    "00000000000000ff/letter",
    "00000000000000ff/relay.sock",
    "documents",
    "documents/relay.sock",
    "fedcba9876543210",
    "fedcba9876543210/relay.sock",
    "gwc-0123456789abcdef",
    "gwc-0123456789abcdef/somebody's",
    "windows",
    "windows/alive.json",
  ]);
});
