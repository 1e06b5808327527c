import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { MAX_KEPT_FILE_BYTES } from "../../../src/lib/limits.ts";
import { catalogueStore } from "../../../src/node/catalogueFiles.ts";
import { readJsonFile, writeJsonFile } from "../../../src/system/jsonFile.ts";
import { textFile } from "../../../src/system/textFile.ts";
import { runs } from "../../support/bulk.ts";
import { failureOf } from "../../support/fakePorts.ts";
import { testProgram } from "../../support/programs.ts";
import { temporaryFolder } from "../../support/temporaryFolder.ts";
import { until } from "../../support/until.ts";

async function folderFor(t: TestContext): Promise<string> {
  const folder = temporaryFolder(t, "json-file");
  return folder;
}

test("what was written is read, for this user's eyes only, and nothing lies beside it", async (t) => {
  const folder = join(await folderFor(t), "deep", "er");
  const path = join(folder, "file.json");
  const before = await readJsonFile(path);
  await writeJsonFile(path, { one: 1 });
  await writeJsonFile(path, { two: 2 });
  const mode = process.platform === "win32" ? 0o600 : (await stat(path)).mode & 0o777;
  assert.deepEqual(
    { before, after: await readJsonFile(path), mode, files: await readdir(folder) },
    { before: undefined, after: { two: 2 }, mode: 0o600, files: ["file.json"] },
  );
});

test("a damaged file is refused in words that quote nothing of it, and left as it is", async (t) => {
  const path = join(await folderFor(t), "file.json");
  const found: unknown[] = [];
  for (const text of ['{"token": "marked-secret"', ""]) {
    await writeFile(path, text);
    found.push([await failureOf(() => readJsonFile(path)), (await readFile(path, "utf8")) === text]);
  }
  const damaged = (reason: string) => ({ code: "file_damaged", facts: { path, reason } });
  assert.deepEqual(found, [
    [damaged("it is not valid JSON"), true],
    [damaged("it is empty"), true],
  ]);
});

test("what is larger than ours ever are, and what is no file, is not read", async (t) => {
  const folder = await folderFor(t);
  const large = join(folder, "large.json");
  await writeFile(large, "[]");
  await truncate(large, MAX_KEPT_FILE_BYTES + 1);
  const inPlace = join(folder, "folder.json");
  await mkdir(inPlace);
  const pipe = join(folder, "pipe.json");
  if (process.platform !== "win32") spawnSync("mkfifo", [pipe]);
  const told: unknown[] = [];
  for (const path of [large, inPlace, ...(process.platform === "win32" ? [] : [pipe])]) {
    told.push(await failureOf(() => readJsonFile(path)), await failureOf(() => textFile(path).read()));
  }
  const damaged = (path: string, reason: string) => Array(2).fill({ code: "file_damaged", facts: { path, reason } });
  assert.deepEqual(told, [
    ...damaged(large, "it has more than 64 MiB"),
    ...damaged(inPlace, "it is a folder"),
    ...(process.platform === "win32" ? [] : damaged(pipe, "it is not a regular file")),
  ]);
});

test("a writer that is killed in the middle leaves a whole file", async (t) => {
  const path = join(await folderFor(t), "file.json");
  const program = testProgram("test/support/otherProcesses/jsonWriter.ts");
  await fc.assert(
    fc.asyncProperty(fc.nat(60), async (afterMs) => {
      await rm(path, { force: true });
      const writer = spawn(process.execPath, [program, path]);
      await until(() => readJsonFile(path), "a first file");
      await delay(afterMs);
      writer.kill("SIGKILL");
      await once(writer, "exit");
      const { filling } = (await readJsonFile(path)) as { filling: string };
      assert.equal(filling.length, 200_000);
    }),
    { ...runs(30), endOnFailure: true },
  );
});

test("a file that cannot be replaced keeps its content, and no temporary file stays", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "file.json");
  const circle: { self?: unknown } = {};
  circle.self = circle;
  await writeJsonFile(path, { kept: true });
  await assert.rejects(writeJsonFile(path, circle));
  assert.deepEqual(
    { kept: await readJsonFile(path), files: await readdir(folder) },
    { kept: { kept: true }, files: ["file.json"] },
  );
});

test("a gateway's last list is remembered, and a damaged one counts as none", async (t) => {
  const folder = await folderFor(t);
  const store = catalogueStore(folder, "abc");
  const before = store.read();
  const catalogue = { tools: [{ name: "add" }] } as unknown as Parameters<typeof store.write>[0];
  await store.write(catalogue);
  const after = catalogueStore(folder, "abc").read();
  const others = catalogueStore(folder, "abd").read();
  const damaged: unknown[] = [];
  for (const text of ["{", "null", '{"tools": 1}']) {
    await writeFile(join(folder, "abc.json"), text);
    damaged.push(store.read());
  }
  assert.deepEqual(
    { before, after, others, damaged },
    { before: undefined, after: catalogue, others: undefined, damaged: [undefined, undefined, undefined] },
  );
});
