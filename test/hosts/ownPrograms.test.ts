import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { hostOf } from "../../src/hosts/hosts.ts";
import { findHostFiles } from "../../src/node/hostFiles/findHostFiles.ts";
import { openHostEntries } from "../../src/node/hostFiles/openHostEntries.ts";
import { textFile } from "../../src/system/textFile.ts";
import { storageFolder } from "../support/bridgeHost.ts";
import { recordingLog } from "../support/fakePorts.ts";
import { hostProgram } from "../support/hosts/hostPrograms.ts";
import { endLeft, runHost } from "../support/hosts/runHost.ts";
import { startGateway } from "../support/relayGateways.ts";
import { startRelay } from "../support/relayWorld.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";

/** What people have in the file before. */
const before = {
  codex: '# mine\nmodel_reasoning_effort = "low"\n\n[tui]\nnotifications = false # quiet\n',
  "copilot-cli": '{\n  "mcpServers": {}\n}\n',
  "gemini-cli": '{\n  // mine\n  "general": { "enableAutoUpdate": false }\n}\n',
  "cline-cli": '{"mcpServers":{}}',
  opencode: '{\n  "$schema": "https://opencode.ai/config.json", // mine\n  "autoupdate": false,\n}\n',
} as const satisfies Record<keyof typeof runHost, string>;

const connection = { id: "test", name: "tools" };

for (const id of Object.keys(before) as (keyof typeof before)[]) {
  const { title } = hostOf(id);
  const skip = process.platform === "win32" && "npm makes scripts of it there, which other tests start";

  test(`${title}'s own program starts the entry that stands in its file, and is connected`, { skip }, async (t) => {
    const command = await hostProgram(id, (line) => t.diagnostic(line));
    const home = makeTemporaryFolder("host");
    t.after(async () => {
      endLeft({ home });
      await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    });
    const storage = await storageFolder();
    t.after(() => storage.remove());
    const gateway = await startGateway("legacy");
    t.after(() => gateway.stop());
    const window = await startRelay(gateway.url);
    t.after(() => window.stop());
    await storage.announce(window.socket);
    const places = { platform: process.platform, home };
    const placeOf = async () => {
      const { files } = await findHostFiles({ machine: places, workspaces: [] });
      return files.find(({ host }) => host.id === id) ?? assert.fail("it has no file");
    };
    const folder = join(home, "work");
    await mkdir(folder);
    const { path } = await placeOf();
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, before[id]);
    const { isFound } = await placeOf();
    const { entries } = openHostEntries({
      book: textFile(join(storage.folder, "entries.json")),
      folder: storage.folder,
      bundles: resolve("dist"),
      chosenRuntime: () => undefined,
      places,
      env: process.env,
      log: recordingLog(),
    });
    await entries.add(connection, { host: hostOf(id), path });
    const said = await runHost[id]({ command, home, folder });
    const left = await entries.remove("test");
    const after = await readFile(path, "utf8");
    assert.deepEqual(
      {
        isFound,
        connected: said.some((line) => /^echo$|^tools[-_]+echo$|tools.*connected$/i.test(line)),
        left,
        ours: after.includes("GATEWAY_CONNECT"),
        theirs: after.includes("mine"),
      },
      { isFound: true, connected: true, left: [], ours: false, theirs: before[id].includes("mine") },
      said.join("\n"),
    );
  });
}
