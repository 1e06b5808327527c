import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isAlive } from "../../src/system/isAlive.ts";
import { leftIn, removeOldFolders, temporaryVariables } from "../support/suites/temporaryFolders.ts";
import { temporaryFolder } from "../support/temporaryFolder.ts";
import { until } from "../support/until.ts";

const HOUR_MS = 3_600_000;

test("the folder of a killed run is removed by the next after a day, and nobody else's", (t) => {
  const parent = temporaryFolder(t, "parent");
  const now = Date.now();
  const make = (name: string, hours: number) => {
    const folder = join(parent, name);
    mkdirSync(folder);
    writeFileSync(join(folder, "file"), "");
    utimesSync(folder, new Date(now), new Date(now - hours * HOUR_MS));
  };
  make("gwt-killed", 25);
  make("gwt-running", 23);
  make("gwc-socket", 25);
  make("other", 25);
  removeOldFolders(parent, now);
  assert.deepEqual(readdirSync(parent).toSorted(), ["gwc-socket", "gwt-running", "other"]);
});

test("what others leave in a temporary folder is not ours", (t) => {
  const folder = temporaryFolder(t, "left");
  const ofOthers = ["tsx-0", "vscode-ipc-1.sock", "org.chromium.Chromium.a", "playwright-artifacts-a", "wine-a"];
  for (const name of [...ofOthers, "gwc-0123", "clock-a", "my-vscode-a"]) mkdirSync(join(folder, name));
  assert.deepEqual(leftIn(folder).toSorted(), ["clock-a", "gwc-0123", "my-vscode-a"]);
});

const module = new URL("../support/suites/temporaryFolders.ts", import.meta.url).href;

for (const [how, end, expected] of [
  ["comes to its end", "", 0],
  ["is interrupted", "process.kill(process.pid, 'SIGINT'); setInterval(() => {}, 1000);", 130],
] as const) {
  const skip = process.platform === "win32" && expected === 130 && "a process cannot send itself an interruption there";
  test(`a run that ${how} removes its temporary folder, which is that of all it starts`, { skip }, async (t) => {
    const parent = temporaryFolder(t, "run");
    const program = join(parent, "run.mjs");
    writeFileSync(
      program,
      `import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { takeTemporaryFolder } from ${JSON.stringify(module)};
const left = takeTemporaryFolder();
writeFileSync(tmpdir() + "/ours", "");
const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { stdio: "ignore", detached: true });
child.unref();
console.log(JSON.stringify([tmpdir(), left(), child.pid]));
${end}`,
    );
    const env = { ...process.env, ...temporaryVariables(parent) };
    const child = spawn(process.execPath, ["--import", "tsx", program], { env, stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
    });
    const [code] = (await once(child, "close")) as [number];
    const [folder, left, pid] = JSON.parse(said) as [string, readonly string[], number];
    // Where nobody interrupts, whoever started a program ends it.
    if (expected === 0) process.kill(pid);
    await until(() => !isAlive(pid), "the end of what it started");
    assert.deepEqual([code, left], [expected, ["ours"]]);
    assert.match(folder, /gwt-\w+$/);
    assert.equal(existsSync(folder), false);
  });
}

test("whoever of the tests makes a temporary folder makes one that goes, or removes it", () => {
  const files = readdirSync("test", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const texts = files.map((file) => [file.replaceAll("\\", "/"), readFileSync(join("test", file), "utf8")] as const);
  const makers = texts.filter(([, text]) => /[m]kdtemp(Sync)?\(/.test(text));
  assert.ok(makers.length > 2);
  assert.deepEqual(
    makers.filter(([, text]) => !/\b(rm|rmSync|removeFolder)\(/.test(text)).map(([file]) => file),
    // Not temporary: they are looked at after the run.
    ["support/vscode/failedPictures.ts"],
  );
});
