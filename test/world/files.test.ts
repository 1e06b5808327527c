import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { lstat, mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type { TestContext } from "node:test";
import { parse } from "jsonc-parser";
import { genericHost } from "../../src/hosts/hosts.ts";
import { textFile } from "../../src/system/textFile.ts";
import type { McpJsonBundle } from "../../src/vscode/lazyBundles.ts";
import { failureOf, recordingLog } from "../support/fakePorts.ts";
import { program } from "../support/programs.ts";
import { makeTemporaryFolder, temporaryFolder } from "../support/temporaryFolder.ts";
import { until } from "../support/until.ts";
import { startProcess } from "../support/vscode/startProcess.ts";
import { worldRows } from "./support/rows.ts";

const connection = { id: "c1", name: "Tools" };

/** What changes hosts' files in an editor, with a home of its own, and the file of a host in it. */
async function editorsFiles(t: TestContext) {
  const home = temporaryFolder(t, "world-files");
  const { openHostEntries } = createRequire(import.meta.url)(resolve("dist/mcpJson.cjs")) as McpJsonBundle;
  const folder = join(home, "storage");
  const { entries } = openHostEntries({
    book: textFile(join(folder, "entries.json")),
    folder,
    bundles: resolve("dist"),
    chosenRuntime: () => process.execPath,
    places: { platform: process.platform, home },
    env: process.env,
    log: recordingLog(),
  });
  return { entries, file: { host: genericHost, path: join(home, "mcp.json") } };
}

/** What somebody may have put where a file should be. */
const noFiles: Readonly<Record<string, readonly [reason: string, make: (path: string) => Promise<unknown>]>> = {
  "a link to itself": ["its links lead in a circle", (path) => symlink(path, path)],
  "a pipe": ["it is not a regular file", async (path) => spawnSync("mkfifo", [path])],
  "a device": ["it is not a regular file", (path) => symlink("/dev/zero", path)],
  "a folder": ["it is a folder", (path) => mkdir(path)],
};

/** Windows has no SIGHUP, and links only for administrators. */
const isWindows = process.platform === "win32";

async function folderFor(t: TestContext): Promise<string> {
  const folder = temporaryFolder(t, "gateway");
  return folder;
}

const openGateway = (more: object): string => JSON.stringify({ authorizerType: "NONE", ...more });

/** The gateway's program with a file. */
async function startGatewayOf(t: TestContext, file: string) {
  const started = startProcess(process.execPath, [...program("gateway"), "--config", file], { stdin: true });
  t.after(() => started.stop());
  const url = await started.line((line) => /"url":"(?<url>[^"]+)"/.exec(line)?.groups?.url, "it did not start");
  return { ...started, url };
}

/** How files and what stands in them were seen to behave. */
worldRows([
  {
    row: "T5",
    kind: 2,
    otherSide: "configuration in a Kubernetes ConfigMap (`..data` swapped)",
    right: "reloaded",
    source: "parca#3230",
    at03c8530: "✗",
    tests: {
      "the file is read again when all of its volume is replaced": async (t) => {
        if (isWindows) return t.skip("links");
        const folder = await folderFor(t);
        const file = join(folder, "a.json");
        const publish = async (version: string) => {
          await mkdir(join(folder, `..${version}`));
          await writeFile(join(folder, `..${version}`, "a.json"), openGateway({ name: version }));
          await symlink(`..${version}`, join(folder, "..data_tmp"));
          await rename(join(folder, "..data_tmp"), join(folder, "..data"));
        };
        await publish("v1");
        await symlink(join("..data", "a.json"), file);
        const started = await startGatewayOf(t, file);
        await publish("v2");
        const said = await started.line((line) => (line.includes('"reloaded"') ? line : undefined), "not read again");
        assert.deepEqual(JSON.parse(said), { reloaded: file, faults: [] });
      },
    },
  },
  {
    row: "T7",
    kind: 5,
    otherSide: "audit file renamed, then SIGHUP",
    right: "opened anew; a path that is not our file any more is a gap",
    source: "logrotate",
    at03c8530: "✗",
    tests: {
      "a renamed file is told as a gap and opened anew on SIGHUP, though the configuration has faults by then": async (
        t,
      ) => {
        if (isWindows) return t.skip("SIGHUP");
        const folder = await folderFor(t);
        const [file, path, old] = ["a.json", "audit.jsonl", "audit.jsonl.1"].map((name) => join(folder, name)) as [
          string,
          string,
          string,
        ];
        await writeFile(file, openGateway({ local: { auditFile: "audit.jsonl" } }));
        const started = await startGatewayOf(t, file);
        const ask = async () => (await fetch(started.url, { method: "POST", body: "{}" })).status;
        const lines = async (where: string) => (await readFile(where, "utf8").catch(() => "")).split("\n").length - 1;
        await ask();
        await until(async () => (await lines(path)) === 1, "the first line");
        await rename(path, old);
        const isTold = () => started.logs.some((line) => line.includes("THE AUDIT HAS GAPS"));
        await until(async () => (await ask()) > 0 && isTold(), "the words about the audit");
        await writeFile(file, "{");
        process.kill(started.pid, "SIGHUP");
        await until(async () => (await ask()) > 0 && (await lines(path)) > 0, "a line in the new file");
      },
    },
  },
  {
    row: "T10",
    kind: 5,
    otherSide: "`${TOKEN}`, `${input:x}` in headers",
    right: "a fault with its place: `${env:NAME}` is the form",
    source: "qwen-code#11499",
    at03c8530: "✗ sent literally",
    tests: Object.fromEntries(
      ["${TOKEN}", "${input:x}", "${secrets.TOKEN}"].map((form) => [
        `${form} is a fault with its place, and says the form`,
        async () => {
          const folder = makeTemporaryFolder("gateway");
          const file = join(folder, "a.json");
          const http = { url: "https://a.example/mcp", headers: { authorization: `Bearer ${form}` } };
          await writeFile(file, JSON.stringify({ authorizerType: "NONE", targets: [{ name: "a", http }] }));
          const ended = spawnSync(process.execPath, [...program("gateway"), "--config", file], { encoding: "utf8" });
          await rm(folder, { recursive: true });
          assert.equal(ended.status === 0, false);
          assert.ok(ended.stderr.includes(`a.json:1:`), ended.stderr);
          assert.ok(
            ended.stderr.includes(`headers.authorization: expected \${env:NAME} for a variable, found ${form}`),
          );
        },
      ]),
    ),
  },
  {
    row: "S8",
    kind: 10,
    otherSide: "circular link at mcp.json; 11 MB file",
    right: "refused in words; parsed once",
    source: "adversarial",
    at03c8530: "✗ hangs for ever; 2.3 s of CPU an edit, 109 s for a line of 200 kB",
    tests: {
      ...Object.fromEntries(
        Object.entries(process.platform === "win32" ? {} : noFiles).map(([name, [reason, make]]) => [
          `${name} in the place of an mcp.json is refused in words, and stays as it is`,
          async (t: TestContext) => {
            const { entries, file } = await editorsFiles(t);
            await make(file.path);
            const before = await lstat(file.path);
            const refused = await failureOf(() => entries.add(connection, file));
            assert.deepEqual(
              { refused, mtimeMs: (await lstat(file.path)).mtimeMs, known: await entries.all() },
              {
                refused: { code: "host_file_unusable", facts: { path: file.path, reason } },
                mtimeMs: before.mtimeMs,
                known: [],
              },
            );
          },
        ]),
      ),
      "an mcp.json of 11 MB, with a line of a megabyte and 10,000 comments, takes an entry and loses it": async (t) => {
        const { entries, file } = await editorsFiles(t);
        const servers = Array.from({ length: 10_000 }, (_, n) => `    "s${n}": { "x": "${"x".repeat(900)}" } // ${n}`);
        const history = `  "history": "${"h".repeat(1_000_000)}"`;
        const text = `{\n${history},\n  "mcpServers": {\n${servers.join(",\n").replaceAll(/ (\/\/ \d+),/g, ", $1")}\n  }\n}\n`;
        await writeFile(file.path, text);
        await entries.add(connection, file);
        const added = parse(await readFile(file.path, "utf8")).mcpServers;
        await entries.setDisabled(connection.id, true);
        await entries.remove(connection.id);
        assert.deepEqual(
          {
            added: Object.keys(added).length,
            last: Object.keys(added).at(-1),
            left: await readFile(file.path, "utf8"),
          },
          { added: 10_001, last: "tools", left: text },
        );
      },
    },
  },
]);
