import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import fsPromises, { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { hostname } from "node:os";
import { join, sep } from "node:path";
import { type TestContext, test } from "node:test";
import timersPromises from "node:timers/promises";
import {
  fileLock,
  HEARTBEAT_MS,
  markOf,
  removeDeadHolder,
  removeDeadLocks,
  touch,
  writeMark,
} from "../../../src/system/fileLock.ts";
import { temporaryFolder } from "../../support/temporaryFolder.ts";
import { until } from "../../support/until.ts";

/** No process has this id. */
const DEAD = 2 ** 22 + 1;
/** As long as nobody takes a holder for dead, in milliseconds. */
const SILENT_MS = 10_000;

async function folderFor(t: TestContext): Promise<string> {
  const folder = temporaryFolder(t, "lock-files");
  return folder;
}

/** Has a function of the file system do something else in a folder: another test's lock may be waited for still. */
function instead<K extends "open" | "rename" | "rm">(
  t: TestContext,
  folder: string,
  name: K,
  act: (typeof fsPromises)[K],
): void {
  const original = fsPromises[name] as (...given: unknown[]) => Promise<unknown>;
  const mocked = t.mock.method(fsPromises, name, (async (...given: unknown[]) =>
    String(given[0]).startsWith(join(folder, sep))
      ? await (act as typeof original)(...given)
      : await original(...given)) as unknown as (typeof fsPromises)[K]);
  syncBuiltinESMExports();
  t.after(() => {
    mocked.mock.restore();
    syncBuiltinESMExports();
  });
}

/** Has nobody wait between two looks, and counts for how long they would. */
function withoutWaiting(t: TestContext): {
  readonly waits: unknown[];
  readonly meanwhile: (act: () => Promise<void>) => void;
} {
  const waits: unknown[] = [];
  let act = async () => {};
  const mocked = t.mock.method(timersPromises, "setTimeout", async (ms: unknown) => {
    waits.push(ms);
    await act();
  });
  syncBuiltinESMExports();
  t.after(() => {
    mocked.mock.restore();
    syncBuiltinESMExports();
  });
  return {
    waits,
    meanwhile(next) {
      act = next;
    },
  };
}

const failing = (code: string) => Object.assign(new Error(code), { code });

test("a holder is dead whose process is gone here, or who was silent for long, and nobody else", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "a.lock");
  const marks = {
    "a process that is gone": { pid: DEAD },
    "one that is gone, of this machine": { pid: DEAD, host: hostname() },
    "one that lives": { pid: process.pid },
    "one of another machine": { pid: DEAD, host: `${hostname()}-2` },
    "no process": { pid: String(DEAD) },
    "nothing yet": undefined,
    "no object": null,
  };
  const gone: Record<string, readonly boolean[]> = {};
  for (const [what, mark] of Object.entries(marks)) {
    const removed: boolean[] = [];
    for (const age of [0, SILENT_MS * 2]) {
      await writeFile(path, mark === undefined ? "" : JSON.stringify(mark));
      const at = new Date(Date.now() - age);
      await utimes(path, at, at);
      await removeDeadHolder(path);
      removed.push((await readdir(folder)).length === 0);
      await rm(path, { force: true });
    }
    gone[what] = removed;
  }
  assert.deepEqual(gone, {
    "a process that is gone": [true, true],
    "one that is gone, of this machine": [true, true],
    "one that lives": [false, true],
    "one of another machine": [false, true],
    "no process": [false, true],
    "nothing yet": [false, true],
    "no object": [false, true],
  });
});

test("a holder is silent for long at the tenth second, and one who is not there is none", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "a.lock");
  const at = new Date(Math.floor(Date.now() / 1000) * 1000);
  const seen: boolean[] = [];
  for (const age of [SILENT_MS - 1, SILENT_MS]) {
    await writeFile(path, JSON.stringify({ pid: process.pid }));
    await utimes(path, at, at);
    t.mock.timers.enable({ apis: ["Date"], now: at.getTime() + age });
    await removeDeadHolder(path);
    t.mock.timers.reset();
    seen.push((await readdir(folder)).includes("a.lock"));
  }
  await removeDeadHolder(join(folder, "b.lock"));
  assert.deepEqual([seen, await readdir(folder)], [[true, false], []]);
});

test("whoever took a lock over between the look and the removal gets it back", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "a.lock");
  const { rename } = fsPromises;
  const theirs = JSON.stringify({ pid: process.pid, id: "theirs" });
  let isFirst = true;
  instead(t, folder, "rename", async (from, to) => {
    if (isFirst) await writeFile(path, theirs);
    isFirst = false;
    await rename(from, to);
  });
  await writeFile(path, JSON.stringify({ pid: DEAD }));
  await removeDeadHolder(path);
  assert.deepEqual([await readdir(folder), await markOf(path)], [["a.lock"], theirs]);
});

test("of two that find a holder dead the second takes nothing away, and fails no more than the first", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "a.lock");
  const renames: string[] = [];
  instead(t, folder, "rename", async (from) => {
    renames.push(String(from));
    throw failing("ENOENT");
  });
  await writeFile(path, JSON.stringify({ pid: DEAD }));
  await removeDeadHolder(path);
  assert.deepEqual([await readdir(folder), renames], [["a.lock"], [path]]);
});

test("who took a lock over and cannot give it back leaves nothing of it behind", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "a.lock");
  const { rename } = fsPromises;
  let count = 0;
  instead(t, folder, "rename", async (from, to) => {
    count += 1;
    if (count > 1) throw failing("EPERM");
    await writeFile(path, "theirs");
    await rename(from, to);
  });
  await writeFile(path, JSON.stringify({ pid: DEAD }));
  await removeDeadHolder(path);
  assert.deepEqual([await readdir(folder), count], [[], 2]);
});

test("the locks of the dead are removed with what they left behind, others' files stay, and an empty folder goes", async (t) => {
  const folder = join(await folderFor(t), "locks");
  await mkdir(folder);
  const write = async (name: string, text = "") => await writeFile(join(folder, name), text);
  await write("dead.lock", JSON.stringify({ pid: DEAD }));
  await write("living.lock", JSON.stringify({ pid: process.pid }));
  await write(`left.lock.${randomUUID()}`);
  for (const name of ["notes", "dead.lock.txt", "x-lock", "not.lock.abc.z"])
    await write(name, JSON.stringify({ pid: DEAD }));
  const left = (await removeDeadLocks(folder)).toSorted();
  const there = (await readdir(folder)).toSorted();
  for (const name of there) await rm(join(folder, name));
  await write("dead.lock", JSON.stringify({ pid: DEAD }));
  const none = await removeDeadLocks(folder);
  const gone = await stat(folder).then(
    () => "there",
    ({ code }) => code,
  );
  assert.deepEqual(
    { left, there, none, gone, again: await removeDeadLocks(folder) },
    {
      left: ["dead.lock.txt", "living.lock", "not.lock.abc.z", "notes", "x-lock"],
      there: ["dead.lock.txt", "living.lock", "not.lock.abc.z", "notes", "x-lock"],
      none: [],
      gone: "ENOENT",
      again: [],
    },
  );
});

test("a mark is one's own alone and written once, and none is left of one that could not be written", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "a.lock");
  await writeMark(path, "mine");
  const { mode } = await stat(path);
  await assert.rejects(writeMark(path, "other"), { code: "EEXIST" });
  assert.deepEqual(
    [await readFile(path, "utf8"), process.platform === "win32" ? "600" : (mode & 0o777).toString(8)],
    ["mine", "600"],
  );
  await rm(path);
  const { open } = fsPromises;
  let closed = 0;
  instead(t, folder, "open", async (...given) => {
    const file = await open(...given);
    const close = file.close.bind(file);
    file.writeFile = async () => {
      throw failing("ENOSPC");
    };
    file.close = async () => {
      closed += 1;
      await close();
    };
    return file;
  });
  await assert.rejects(writeMark(path, "mine"), { code: "ENOSPC" });
  assert.deepEqual([await readdir(folder), closed], [[], 1]);
});

test("of a mark no more is read than a process writes, and what is no file has none", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "a.lock");
  await writeFile(path, "x".repeat(5000));
  const long = await markOf(path);
  await writeFile(path, "short");
  const short = await markOf(path);
  assert.deepEqual(
    [long?.length, short, await markOf(folder), await markOf(join(folder, "none"))],
    [1024, "short", undefined, undefined],
  );
  const { open } = fsPromises;
  let closed = 0;
  instead(t, folder, "open", async (...given) => {
    const file = await open(...given);
    const close = file.close.bind(file);
    file.close = async () => {
      closed += 1;
      await close();
    };
    return file;
  });
  await markOf(path);
  assert.equal(closed, 1);
});

test("a holder shows that it is there for as long as it holds, in a file of the lock's name, and takes it away then", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "to_k.e-n_1_.lock");
  const longAgo = new Date(1_000_000);
  const age = async () => (await stat(path)).mtimeMs;
  t.mock.timers.enable({ apis: ["setInterval"] });
  await fileLock(folder).run("to/k.e-n 1:", async () => {
    const { pid, id } = JSON.parse(await readFile(path, "utf8"));
    assert.deepEqual([pid, /^[\da-f-]{36}$/.test(id)], [process.pid, true]);
    for (let times = 0; times < 2; times++) {
      await utimes(path, longAgo, longAgo);
      t.mock.timers.tick(HEARTBEAT_MS);
      await until(async () => (await age()) > longAgo.getTime(), "the sign of life");
    }
  });
  assert.deepEqual(await readdir(folder), []);
  await writeFile(path, "somebody's");
  await utimes(path, longAgo, longAgo);
  t.mock.timers.tick(HEARTBEAT_MS);
  // A sign of life for a file of ours that is waited for shows that one for this would have come.
  const other = join(folder, "other");
  await writeFile(other, "");
  await touch(other);
  assert.deepEqual([await age(), (await stat(other)).mtimeMs > longAgo.getTime()], [longAgo.getTime(), true]);
  await touch(join(folder, "none"));
});

test("a holder who lost the lock leaves the next one's file, whether it ended well or not", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "a.lock");
  const lock = fileLock(folder);
  const ends = [async () => "done", async () => Promise.reject(new Error("went wrong"))];
  const seen: unknown[] = [];
  for (const end of ends) {
    const ended = lock.run("a", async () => {
      await writeFile(path, "theirs");
      return await end();
    });
    seen.push(await ended.catch(({ message }) => message), await readFile(path, "utf8"));
    await rm(path);
  }
  assert.deepEqual(seen, ["done", "theirs", "went wrong", "theirs"]);
});

test("who wants a lock looks again and again until it is free, and queues within a process", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "a.lock");
  const { waits, meanwhile } = withoutWaiting(t);
  await writeFile(path, JSON.stringify({ pid: process.pid }));
  meanwhile(async () => {
    if (waits.length === 3) await rm(path);
  });
  const lock = fileLock(folder);
  const order: string[] = [];
  const first = lock.run("a", async () => {
    order.push("first");
    await lock.run("b", async () => void order.push("another name"));
    throw new Error("went wrong");
  });
  const second = lock.run("a", async () => order.push("second"));
  await assert.rejects(first, /went wrong/);
  assert.deepEqual(
    { length: await second, order, waits, files: await readdir(folder) },
    { length: 3, order: ["first", "another name", "second"], waits: [25, 25, 25], files: [] },
  );
});

test("within a process nobody looks at the disk for their turn, also who comes when somebody else waited before", async (t) => {
  const folder = await folderFor(t);
  const { waits } = withoutWaiting(t);
  const lock = fileLock(folder);
  const order: number[] = [];
  let third: Promise<unknown> | undefined;
  const first = lock.run("a", async () => order.push(1));
  await lock.run("a", async () => {
    await first;
    third = lock.run("a", async () => order.push(3));
    // As long as it would take to find the lock taken.
    for (let times = 0; times < 20; times++) await stat(folder);
    order.push(2);
  });
  await third;
  assert.deepEqual({ order, waits }, { order: [1, 2, 3], waits: [] });
});

test("what is gone in the moment before it is removed is no failure", async (t) => {
  const folder = await folderFor(t);
  const { open, rm: remove } = fsPromises;
  let removed = 0;
  instead(t, folder, "rm", async (path, options) => {
    removed += 1;
    await remove(path, { force: true });
    await remove(path, options);
  });
  const locks = join(folder, "locks");
  const value = await fileLock(locks).run("a", async () => "mine");
  await writeFile(join(locks, "left.lock.abc"), "");
  await writeFile(join(locks, "dead.lock"), JSON.stringify({ pid: DEAD }));
  await removeDeadLocks(locks);
  instead(t, folder, "open", async (...given) => {
    const file = await open(...given);
    file.writeFile = async () => {
      throw failing("ENOSPC");
    };
    return file;
  });
  await assert.rejects(writeMark(join(folder, "a.lock"), "mine"), { code: "ENOSPC" });
  assert.deepEqual({ value, removed }, { value: "mine", removed: 4 });
});

test("what cannot be read where a lock would be is left, however old it is", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "a.lock");
  await mkdir(path);
  await utimes(path, new Date(1_000_000), new Date(1_000_000));
  await removeDeadHolder(path);
  assert.deepEqual(await readdir(folder), ["a.lock"]);
});

test("what the system refuses for a moment is tried again for five seconds, and what it fails by is told at once", async (t) => {
  const folder = await folderFor(t);
  const { open } = fsPromises;
  const { waits } = withoutWaiting(t);
  let [refusals, tries, code] = [0, 0, ""];
  instead(t, folder, "open", async (...given) => {
    if (given[1] !== "wx") return await open(...given);
    tries += 1;
    if (tries <= refusals) throw failing(code);
    return await open(...given);
  });
  const seen: Record<string, unknown> = {};
  for (const [what, how, often] of [
    ["a moment", "EPERM", 199],
    ["another", "EBUSY", 199],
    ["for good", "EPERM", 1000],
    ["a full disk", "ENOSPC", 1],
    ["no code", "", 1],
  ] as const) {
    [refusals, tries, code] = [often, 0, how];
    waits.length = 0;
    const told = await fileLock(folder)
      .run("a", async () => "mine")
      .catch(({ code }) => code);
    seen[what] = [told, tries, waits.length];
  }
  assert.deepEqual(seen, {
    "a moment": ["mine", 200, 199],
    another: ["mine", 200, 199],
    "for good": ["file_not_written", 200, 199],
    "a full disk": ["file_not_written", 1, 0],
    "no code": ["", 1, 0],
  });
});
