import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { fileLock } from "../../../src/system/fileLock.ts";
import { bulk } from "../../support/bulk.ts";
import { commonClock } from "../../support/programClock.ts";
import { testProgram } from "../../support/programs.ts";
import { temporaryFolder } from "../../support/temporaryFolder.ts";

async function folderFor(t: TestContext): Promise<string> {
  const folder = temporaryFolder(t, "file-lock");
  return folder;
}

/** Another window's process, which holds the lock so often, or for so many milliseconds. */
function otherProcess(
  t: TestContext,
  folder: string,
  how: "often" | "for",
  number: number,
  env: NodeJS.ProcessEnv = {},
) {
  const program = testProgram("test/support/otherProcesses/lockHolder.ts");
  const child = spawn(process.execPath, [program, folder, how, String(number)], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  t.after(() => child.kill("SIGKILL"));
  return { child, lines: createInterface({ input: child.stdout }) };
}

test("two processes are never in it at once", async (t) => {
  const folder = await folderFor(t);
  const others = [otherProcess(t, folder, "often", bulk(150)), otherProcess(t, folder, "often", bulk(150))];
  await Promise.all(others.map(({ child }) => once(child, "exit")));
  const journal = await readFile(join(folder, "journal"), "utf8");
  assert.equal(journal, "in out ".repeat(2 * bulk(150)));
});

test("within a process they queue in order, a failure lets the next one in, and other names do not wait", async (t) => {
  const folder = await folderFor(t);
  const lock = fileLock(folder);
  const seen: string[] = [];
  const failing = lock.run("a", async () => {
    seen.push("first");
    await lock.run("b", async () => void seen.push("another name"));
    throw new Error("went wrong");
  });
  const next = lock.run("a", async () => {
    seen.push("second");
    return 2;
  });
  await assert.rejects(failing, /went wrong/);
  assert.deepEqual(
    { value: await next, seen, files: await readdir(folder) },
    { value: 2, seen: ["first", "another name", "second"], files: [] },
  );
});

test("a holder that was killed holds nothing up", async (t) => {
  const folder = await folderFor(t);
  const { child, lines } = otherProcess(t, folder, "for", 600_000);
  await once(lines, "line");
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.equal(await fileLock(join(folder, "locks")).run("tokens", async () => "mine"), "mine");
});

test("a living holder is waited for where the disk has another clock than the computer", async (t) => {
  const folder = await folderFor(t);
  const clock = commonClock(t);
  clock.moveOn(660);
  const { child, lines } = otherProcess(t, folder, "for", 300, clock.env);
  await once(lines, "line");
  await fileLock(join(folder, "locks")).run("tokens", () => appendFile(join(folder, "journal"), "mine"));
  if (child.exitCode === null) await once(child, "exit");
  assert.equal(await readFile(join(folder, "journal"), "utf8"), "theirs mine");
});

test("a lock that nobody has touched for long is taken over, and one of a living holder is waited for", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "tokens.lock");
  // A process id that was given to somebody else meanwhile looks alive for ever.
  await writeFile(path, JSON.stringify({ pid: process.pid, id: "long gone" }));
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(path, longAgo, longAgo);
  const afterLong = await fileLock(folder).run("tokens", async () => "mine");
  const { child, lines } = otherProcess(t, folder, "for", 300);
  await once(lines, "line");
  await fileLock(join(folder, "locks")).run("tokens", () => appendFile(join(folder, "journal"), "mine"));
  if (child.exitCode === null) await once(child, "exit");
  assert.deepEqual(
    { afterLong, journal: await readFile(join(folder, "journal"), "utf8") },
    { afterLong: "mine", journal: "theirs mine" },
  );
});
