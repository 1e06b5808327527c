import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileChanger } from "../../../../src/node/hostFiles/changeFile.ts";
import { bulk } from "../../../support/bulk.ts";
import { failureOf } from "../../../support/fakePorts.ts";
import { testProgram } from "../../../support/programs.ts";
import { temporaryFolder } from "../../../support/temporaryFolder.ts";

const posix = process.platform !== "win32";

async function placeFor(t: TestContext) {
  const folder = temporaryFolder(t, "host-files");
  const storage = join(folder, "storage");
  return { folder, storage, path: join(folder, "mcp.json"), files: fileChanger(storage) };
}

const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

test("a file that is not there is made for this user's eyes only, with its folder", async (t) => {
  const { folder, files } = await placeFor(t);
  const path = join(folder, "settings", "mcp.json");
  const seen: unknown[] = [await files.read(path)];
  const written = await files.change(path, (text) => {
    seen.push(text);
    return "{}";
  });
  const modes = posix ? [await mode(join(folder, "settings")), await mode(path)] : ["700", "600"];
  assert.deepEqual(
    { seen, written, text: await files.read(path), modes, beside: await readdir(join(folder, "settings")) },
    { seen: [undefined, undefined], written: true, text: "{}", modes: ["700", "600"], beside: ["mcp.json"] },
  );
});

/** Windows has links of its own, see `test/windows/hostFiles.test.ts`, and a right that people need to make one. */
const skip = !posix && "links and modes of POSIX";

test("a link stays a link, also one to a file that is not there yet, and the file keeps its mode", {
  skip,
}, async (t) => {
  const { folder, path, files } = await placeFor(t);
  await mkdir(join(folder, "dotfiles"));
  const target = join(folder, "dotfiles", "mcp.json");
  const dangling = join(folder, "dangling.json");
  await writeFile(target, "{}");
  await chmod(target, 0o664);
  await symlink(join("dotfiles", "mcp.json"), path);
  await symlink(join("dotfiles", "later.json"), dangling);
  await files.change(path, () => "changed");
  await files.change(dangling, () => "made");
  assert.deepEqual(
    {
      links: [await readlink(path), await readlink(dangling)],
      texts: [await readFile(target, "utf8"), await readFile(join(folder, "dotfiles", "later.json"), "utf8")],
      mode: posix ? await mode(target) : "664",
      files: (await readdir(join(folder, "dotfiles"))).sort(),
    },
    {
      links: [join("dotfiles", "mcp.json"), join("dotfiles", "later.json")],
      texts: ["changed", "made"],
      mode: "664",
      files: ["later.json", "mcp.json"],
    },
  );
});

test("a change that changes nothing, or is refused, leaves the file untouched and no backup", async (t) => {
  const { path, storage, files } = await placeFor(t);
  await writeFile(path, "as it was");
  const before = (await lstat(path)).mtimeMs;
  const results = [await files.change(path, (text) => text), await files.change(path, () => undefined)];
  const refusal = new Error("refused");
  const refused = await failureOf(() =>
    files.change(path, () => {
      throw refusal;
    }),
  );
  assert.deepEqual(
    {
      results,
      refused,
      after: (await lstat(path)).mtimeMs,
      backups: await readdir(join(storage, "backups")).catch(() => []),
    },
    { results: [false, false], refused: refusal, after: before, backups: [] },
  );
});

test("the versions from before are kept outside the host's folder, the last five, for this user's eyes only", async (t) => {
  const { path, storage, files } = await placeFor(t);
  for (let version = 0; version < 8; version++) {
    await files.change(path, () => `version ${version}`);
    // Backups are told apart by the millisecond.
    for (const from = Date.now(); Date.now() === from; );
  }
  const [folder = ""] = await readdir(join(storage, "backups"));
  const kept = (await readdir(join(storage, "backups", folder)))
    .sort()
    .map((name) => join(storage, "backups", folder, name));
  const texts = await Promise.all(kept.map((one) => readFile(one, "utf8")));
  assert.deepEqual(
    { texts, mode: posix ? await mode(kept[0] ?? "") : "600" },
    { texts: [2, 3, 4, 5, 6].map((version) => `version ${version}`), mode: "600" },
  );
});

test("what another program writes in between is taken in, and one that never stops is told", async (t) => {
  const { path, files } = await placeFor(t);
  await writeFile(path, "theirs 0");
  let turn = 0;
  await files.change(path, (text) => {
    if (turn++ === 0) writeFileSync(path, "theirs 1");
    return `${text} + ours`;
  });
  const taken = await files.read(path);
  const busy = await failureOf(() =>
    files.change(path, () => {
      writeFileSync(path, `theirs ${++turn}`);
      return "ours";
    }),
  );
  assert.deepEqual(
    { taken, busy, left: await files.read(path) },
    { taken: "theirs 1 + ours", busy: { code: "host_file_busy", facts: { path } }, left: `theirs ${turn}` },
  );
});

test("a file that is read-only, or no UTF-8, is refused and stays as it is", async (t) => {
  const { folder, path, files } = await placeFor(t);
  await writeFile(path, "{}");
  await chmod(path, 0o444);
  const latin = join(folder, "latin.json");
  await writeFile(latin, Buffer.from([0x7b, 0xe9, 0x7d]));
  const refused = [
    await failureOf(() => files.change(path, () => "ours")),
    await failureOf(() => files.change(latin, () => "ours")),
  ];
  assert.deepEqual(
    { refused, text: await files.read(path), bytes: [...(await readFile(latin))] },
    {
      refused: [
        { code: "host_file_protected", facts: { path, reason: "it is read-only" } },
        { code: "host_file_invalid", facts: { path: latin, line: 1, column: 1, problem: "it is not UTF-8" } },
      ],
      text: "{}",
      bytes: [0x7b, 0xe9, 0x7d],
    },
  );
});

/** What somebody may have put where a file should be. Windows has no pipes in folders, and asks for rights to link. */
const noFiles: Readonly<Record<string, readonly [reason: string, make: (path: string) => Promise<unknown>]>> = {
  folder: ["it is a folder", (path) => mkdir(path)],
  large: [
    "it has more than 32 MiB",
    async (path) => {
      await writeFile(path, "{");
      await truncate(path, 33 * 2 ** 20);
    },
  ],
  ...(posix && {
    circle: [
      "its links lead in a circle",
      async (path: string) => {
        await symlink(path, `${path}.other`);
        await symlink(`${path}.other`, path);
      },
    ],
    // Systems do not call it a circle: the folder in it is not there.
    detour: ["its links lead in a circle", (path: string) => symlink(join("none", "..", basename(path)), path)],
    pipe: ["it is not a regular file", async (path: string) => spawnSync("mkfifo", [path])],
    device: ["it is not a regular file", (path: string) => symlink("/dev/zero", path)],
  }),
};

test("what is no file that can be read is refused in words, by reading and by changing, and stays as it is", async (t) => {
  const { folder, storage, files } = await placeFor(t);
  const refused: Record<string, unknown> = {};
  for (const [name, [, make]] of Object.entries(noFiles)) {
    const path = join(folder, name);
    await make(path);
    const before = await lstat(path);
    const change = await failureOf(() => files.change(path, () => "ours"));
    // A link that leads nowhere yet is read as no file.
    const read = name === "detour" ? change : await failureOf(() => files.read(path));
    assert.deepEqual(read, change);
    assert.deepEqual((await lstat(path)).mtimeMs, before.mtimeMs);
    refused[name] = change;
  }
  const expected = Object.entries(noFiles).map(([name, [reason]]) => [
    name,
    { code: "host_file_unusable", facts: { path: join(folder, name), reason } },
  ]);
  assert.deepEqual(
    { refused, backups: await readdir(join(storage, "backups")).catch(() => []) },
    { refused: Object.fromEntries(expected), backups: [] },
  );
});

test("two windows that write at once keep each other's entries", async (t) => {
  const { path, storage } = await placeFor(t);
  const program = testProgram("test/support/otherProcesses/hostFileWriter.ts");
  const writer = (name: string) => {
    const args = [program, storage, path, name, String(bulk(200))];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
    t.after(() => child.kill("SIGKILL"));
    return once(child, "exit");
  };
  const exits = await Promise.all([writer("one"), writer("other")]);
  const { mcpServers } = JSON.parse(await readFile(path, "utf8"));
  assert.deepEqual(
    { exits, keys: Object.keys(mcpServers).sort() },
    {
      exits: [
        [0, null],
        [0, null],
      ],
      keys: ["one", "other"].flatMap((name) => Array.from({ length: bulk(200) }, (_, n) => `${name}${n}`)).sort(),
    },
  );
});
