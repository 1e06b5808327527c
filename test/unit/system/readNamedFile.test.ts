import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { readNamedFile, readNamedFileMeanwhile } from "../../../src/system/readNamedFile.ts";
import { temporaryFolder } from "../../support/temporaryFolder.ts";

/** What both ways make of a path: the same. */
async function read(path: string, mostBytes: number): Promise<string> {
  const codeOf = (error: NodeJS.ErrnoException) => error.code ?? "no code";
  let now: string;
  try {
    now = readNamedFile(path, mostBytes).toString("utf8");
  } catch (error) {
    now = codeOf(error as NodeJS.ErrnoException);
  }
  const meanwhile = await readNamedFileMeanwhile(path, mostBytes).then((bytes) => bytes.toString("utf8"), codeOf);
  assert.equal(now, meanwhile);
  return now;
}

async function folderFor(t: TestContext): Promise<string> {
  const folder = temporaryFolder(t, "named");
  return folder;
}

test("a file that somebody named is read whole, and no further than it may be", async (t) => {
  const folder = await folderFor(t);
  const [file, empty, inside] = [join(folder, "file"), join(folder, "empty"), join(folder, "folder")];
  await writeFile(file, "x".repeat(100_000));
  await writeFile(empty, "");
  await mkdir(inside);
  const endless = process.platform === "win32" ? "EFBIG" : await read("/dev/zero", 1_000_000);
  assert.deepEqual(
    {
      whole: (await read(file, 100_000)).length,
      larger: await read(file, 99_999),
      empty: await read(empty, 0),
      absent: await read(join(folder, "none"), 10),
      folder: await read(inside, 10),
      endless,
    },
    { whole: 100_000, larger: "EFBIG", empty: "", absent: "ENOENT", folder: "EISDIR", endless: "EFBIG" },
  );
});

test("a pipe is read to its end, as a shell makes one of a command", async (t) => {
  if (process.platform === "win32") return;
  const folder = await folderFor(t);
  const pipe = join(folder, "pipe");
  spawnSync("mkfifo", [pipe]);
  const written = writeFile(pipe, "secret");
  const read = (await readNamedFileMeanwhile(pipe, 100)).toString("utf8");
  await written;
  assert.equal(read, "secret");
});
