import assert from "node:assert/strict";
import { existsSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { HEARTBEAT_MS } from "../../../src/system/fileLock.ts";
import { type HeldFile, type Holder, holdFile } from "../../../src/system/heldFile.ts";
import { temporaryFolder } from "../../support/temporaryFolder.ts";
import { until } from "../../support/until.ts";

function fileFor(t: TestContext): string {
  const folder = temporaryFolder(t, "held");
  return join(folder, "audit.lock");
}

const host = hostname();
/** A process that runs for as long as this one: it is the one that started it. */
const other = process.ppid;

function whoHas(found: HeldFile | Holder, path: string): unknown {
  return "release" in found ? (JSON.parse(readFileSync(path, "utf8")) as Holder).pid : `refused by ${found.pid}`;
}

test("what is held is refused to whoever comes next, also in this process, and given once it is given back", async (t) => {
  const path = fileFor(t);
  const first = await holdFile(path, () => {});
  const second = await holdFile(path, () => {});
  assert.ok("release" in first);
  const found = [whoHas(first, path), whoHas(second, path)];
  await first.release();
  const isGone = !existsSync(path);
  const third = await holdFile(path, () => {});
  found.push(whoHas(third, path));
  if ("release" in third) await third.release();
  assert.deepEqual({ found, isGone }, { found: [process.pid, `refused by ${process.pid}`, process.pid], isGone: true });
});

test("what somebody left who is gone is taken over, whatever tells that they are: the id, its age, or that it is our own", async (t) => {
  const left = {
    "nobody has the id": { mark: { pid: 2 ** 30, host, id: "a" }, age: 0 },
    "somebody else has the id by now": { mark: { pid: other, host, id: "a" }, age: 60_000 },
    "we have the id by now, as in a container": { mark: { pid: process.pid, host, id: "a" }, age: 0 },
    "a process of another machine": { mark: { pid: 2 ** 30, host: "elsewhere", id: "a" }, age: 60_000 },
    "it was not written to its end": { mark: "", age: 60_000 },
  };
  for (const [what, { mark, age }] of Object.entries(left)) {
    const path = fileFor(t);
    writeFileSync(path, JSON.stringify(mark));
    const at = new Date(Date.now() - age);
    utimesSync(path, at, at);
    const found = await holdFile(path, () => {});
    assert.equal(whoHas(found, path), process.pid, what);
    if ("release" in found) await found.release();
  }
});

test("whoever touches it is there, with a process that is seen here or with one that is not", async (t) => {
  for (const mark of [
    { pid: other, host, id: "a" },
    { pid: 2 ** 30, host: "elsewhere", id: "a" },
  ]) {
    const path = fileFor(t);
    writeFileSync(path, JSON.stringify(mark));
    const beat = setInterval(() => utimesSync(path, new Date(), new Date()), 50);
    const found = await holdFile(path, () => {});
    clearInterval(beat);
    assert.deepEqual(found, { pid: mark.pid, host: mark.host });
  }
});

test("whoever loses it, having stood still for long, hears of it and takes nothing back", async (t) => {
  const path = fileFor(t);
  t.mock.timers.enable({ apis: ["setInterval"] });
  let lost = 0;
  const first = await holdFile(path, () => lost++);
  const theirs = JSON.stringify({ pid: other, host, id: "theirs" });
  writeFileSync(path, theirs);
  t.mock.timers.tick(HEARTBEAT_MS);
  await until(() => lost === 1, "that it is lost");
  if ("release" in first) await first.release();
  assert.deepEqual({ lost, left: readFileSync(path, "utf8") }, { lost: 1, left: theirs });
});

test("a file that cannot be read for a while is not lost, and touched again after it", async (t) => {
  const path = fileFor(t);
  t.mock.timers.enable({ apis: ["setInterval"] });
  let lost = 0;
  const held = await holdFile(path, () => lost++);
  renameSync(path, `${path}.away`);
  t.mock.timers.tick(HEARTBEAT_MS);
  // What the beat finds of it takes a few turns of the disk.
  await delay(100);
  renameSync(`${path}.away`, path);
  utimesSync(path, 1, 1);
  const whileAway = lost;
  t.mock.timers.tick(HEARTBEAT_MS);
  await until(() => lost > 0 || statSync(path).mtimeMs > 1000, "that it is touched");
  if ("release" in held) await held.release();
  assert.deepEqual({ whileAway, lost, isGone: !existsSync(path) }, { whileAway: 0, lost: 0, isGone: true });
});
