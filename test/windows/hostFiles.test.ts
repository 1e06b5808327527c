import assert from "node:assert/strict";
import {
  chmodSync,
  closeSync,
  constants,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type TestContext, test } from "node:test";
import { hostFilePath } from "../../src/hosts/hostPaths.ts";
import { hostOf } from "../../src/hosts/hosts.ts";
import { fileChanger } from "../../src/node/hostFiles/changeFile.ts";
import { openHostEntries } from "../../src/node/hostFiles/openHostEntries.ts";
import { fileLock } from "../../src/system/fileLock.ts";
import { textFile } from "../../src/system/textFile.ts";
import { startHost, storageFolder } from "../support/bridgeHost.ts";
import { failureOf, recordingLog } from "../support/fakePorts.ts";
import { startGateway } from "../support/relayGateways.ts";
import { startRelay } from "../support/relayWorld.ts";
import { removeFolder } from "../support/removeFolder.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { isUnderWine, wineLacks } from "../support/windows/wineLacks.ts";

/** Opens a file so that nobody else can, as Node's file system has it on Windows (`UV_FS_O_EXLOCK`). */
const ALONE = 0x1000_0000;

function placeFor(t: TestContext) {
  const folder = join(makeTemporaryFolder("gwc "), "Настройки & 設定");
  mkdirSync(folder);
  t.after(() => removeFolder(dirname(folder)));
  return { folder, path: join(folder, "mcp.json"), files: fileChanger(join(folder, "storage")) };
}

test("an entry in Kiro's file starts as it stands there and reaches the window, and the file keeps its ends of lines", async (t) => {
  const { folder } = placeFor(t);
  const path = hostFilePath(hostOf("kiro"), "user", { platform: "win32", home: folder }) ?? "";
  const before = '{\r\n  // mine\r\n  "mcpServers": {\r\n    "other": { "command": "C:\\\\x.exe" }\r\n  }\r\n}\r\n';
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, before);
  const storage = await storageFolder();
  const gateway = await startGateway("legacy");
  const window = await startRelay(gateway.url);
  try {
    await storage.announce(window.socket);
    const { entries } = openHostEntries({
      book: textFile(join(storage.folder, "entries.json")),
      folder: storage.folder,
      bundles: resolve("dist"),
      chosenRuntime: () => undefined,
      places: { platform: "win32", home: folder },
      env: process.env,
      log: recordingLog(),
    });
    const connection = { id: "test", name: "Company Tools" };
    await entries.add(connection, { host: hostOf("kiro"), path });
    const text = readFileSync(path, "utf8");
    const { mcpServers } = JSON.parse(text.replace("// mine", "")) as { mcpServers: Record<string, never> };
    const [, entry] = Object.entries(mcpServers).find(([key]) => key !== "other") ?? [];
    const host = await startHost(entry ?? assert.fail("there is no entry"));
    const { tools } = await host.client.listTools();
    await host.stop();
    await entries.remove("test");
    assert.deepEqual(
      {
        tools: tools.length,
        loneLineFeeds: /[^\r]\n/.test(text),
        comment: text.includes("// mine"),
        afterwards: readFileSync(path, "utf8"),
      },
      { tools: 9, loneLineFeeds: false, comment: true, afterwards: before },
    );
  } finally {
    await window.stop();
    await gateway.stop();
    await storage.remove();
  }
});

test("VS Code's file is in APPDATA, where its own storage is", () => {
  const userData = join(process.env.APPDATA ?? "", "Code", "User");
  const path = hostFilePath(hostOf("vscode"), "user", { platform: "win32", home: "C:\\Users\\ada", userData });
  assert.match(path ?? "", /\\AppData\\Roaming\\Code\\User\\mcp\.json$/);
});

test("a file that another program locks is said to be in use, and written once it is free", async (t) => {
  const { path, files } = placeFor(t);
  writeFileSync(path, "{}");
  const fd = openSync(path, constants.O_RDWR | ALONE);
  const seen = [await failureOf(() => files.read(path)), await failureOf(() => files.change(path, () => "[]"))];
  const soon = files.change(path, () => "[1]");
  setTimeout(() => closeSync(fd), 200);
  await soon;
  const busy = { code: "host_file_busy", facts: { path } };
  assert.deepEqual({ seen, text: readFileSync(path, "utf8") }, { seen: [busy, busy], text: "[1]" });
});

test("connections that another program reads for itself alone for a moment are read all the same", async (t) => {
  const { path } = placeFor(t);
  writeFileSync(path, "kept");
  const fd = openSync(path, constants.O_RDWR | ALONE);
  setTimeout(() => closeSync(fd), 200);
  assert.equal(await textFile(path).read(), "kept");
});

test("a read-only file is told as that and left as it is", async (t) => {
  const { path, files } = placeFor(t);
  writeFileSync(path, "{}");
  chmodSync(path, 0o444);
  const failure = await failureOf(() => files.change(path, () => "[]"));
  const left = readFileSync(path, "utf8");
  chmodSync(path, 0o666);
  assert.deepEqual(
    { failure, left },
    { failure: { code: "host_file_protected", facts: { path, reason: "it is read-only" } }, left: "{}" },
  );
});

test("a file with a second name is replaced under the one that was meant", async (t) => {
  const { folder, path, files } = placeFor(t);
  const second = join(folder, "second.json");
  writeFileSync(path, "{}");
  linkSync(path, second);
  await files.change(path, () => "[]");
  assert.deepEqual(
    [path, second].map((one) => readFileSync(one, "utf8")),
    ["[]", "{}"],
  );
});

const links = wineLacks("it makes no links of Windows");

test("a link to a file stays one, and so does a junction on the way", { skip: links }, async (t) => {
  const { folder, files } = placeFor(t);
  const real = join(folder, "dotfiles");
  mkdirSync(real);
  writeFileSync(join(real, "mcp.json"), "{}");
  const junction = join(folder, "junction");
  symlinkSync(real, junction, "junction");
  await files.change(join(junction, "mcp.json"), () => "[]");
  assert.deepEqual(
    { text: readFileSync(join(real, "mcp.json"), "utf8"), isLink: lstatSync(junction).isSymbolicLink() },
    { text: "[]", isLink: true },
  );
});

test("a folder in which no lock can be made is told within seconds, and not waited for", {
  skip: !isUnderWine() && "there is no folder that nobody may write to, as /sys is under Wine",
}, async () => {
  await assert.rejects(
    fileLock("Z:\\sys").run("tokens", async () => {}),
    { code: "file_not_written" },
  );
});
