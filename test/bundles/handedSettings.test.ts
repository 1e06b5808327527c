import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { startHost } from "../support/bridgeHost.ts";
import { withoutWindow } from "../support/noWindow.ts";
import { removeFolder } from "../support/removeFolder.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { until } from "../support/until.ts";

type Agent = Awaited<ReturnType<typeof startHost>>;

const call = async ({ client }: Agent, name: string, text = "hello") =>
  JSON.stringify(await client.callTool({ name, arguments: { text } }).catch((error: Error) => error.message));

const namesOf = async ({ client }: Agent) => (await client.listTools()).tools.map(({ name }) => name).sort();

test("a tool that is denied, hidden or not allowed stays so when no window is open, and is told where that is set", () =>
  withoutWindow(
    {
      gateway: () => ({ tools: { deny: ["*___save_note"] }, hiddenTools: ["sample___whoami"], maxResultMiB: 1 }),
      settings: () => ({ "gatewayConnect.tools": { deny: ["*___echo_late"] } }),
    },
    async ({ start, settingsFile }) => {
      assert.equal(statSync(settingsFile).mode & 0o777, 0o600);
      const agent = await start();
      const names = await namesOf(agent);
      const denied = await call(agent, "sample___save_note");
      const hidden = await call(agent, "sample___whoami");
      const echoed = await call(agent, "sample___echo");
      const large = await call(agent, "sample___echo", "x".repeat(2 * 1024 * 1024));
      await agent.stop();
      assert.ok(names.includes("sample___echo"), names.join());
      assert.deepEqual(
        names.filter((name) => /save_note|whoami/.test(name)),
        [],
      );
      assert.match(denied, /gatewayConnect.gateways › .* › tools › deny denies it with \*___save_note/);
      assert.match(hidden, /hid/);
      assert.match(echoed, /hello/);
      assert.match(large.slice(0, 1_000), /is too large.*at most 1 MiB/);
    },
  ));

test("how long a call may take, and what is set for all gateways, hold without a window", () =>
  withoutWindow(
    {
      gateway: () => ({ timeout: { "*___slow": 1 } }),
      settings: () => ({ "gatewayConnect.maxResultMiB": 1 }),
    },
    async ({ start }) => {
      const agent = await start();
      const slow = JSON.stringify(await agent.client.callTool({ name: "sample___slow", arguments: {} }));
      const large = await call(agent, "sample___echo", "x".repeat(2 * 1024 * 1024));
      await agent.stop();
      assert.match(slow, /took longer than 1 seconds\. gatewayConnect.gateways › .* › timeout › \*___slow/);
      assert.match(large.slice(0, 1_000), /is too large.*at most 1 MiB/);
    },
  ));

test("a tool that is denied later is denied to the program that runs already, and by a workspace to whoever works there", () => {
  const project = makeTemporaryFolder("project");
  mkdirSync(join(project, "src"));
  return withoutWindow({ folders: [project] }, async ({ host, start, refresh, settingsFile }) => {
    const agent = await start(project);
    const before = await call(agent, "sample___echo");
    const handed = (words: string) =>
      until(() => readFileSync(join(host.storage, "bridge", "settings.json"), "utf8").includes(words), words);
    host.editor.settings["gatewayConnect.tools"] = { deny: ["*___echo"] };
    host.editor.settingChanged("gatewayConnect.tools");
    await handed("*___echo");
    refresh();
    const after = await call(agent, "sample___echo");
    await agent.stop();
    host.editor.settings["gatewayConnect.tools"] = {};
    host.editor.workspaceSettings["gatewayConnect.tools"] = { deny: ["*___whoami"] };
    host.editor.settingChanged("gatewayConnect.tools");
    await handed("*___whoami");
    refresh();
    // Below the workspace's folder.
    const there = await start(join(project, "src"));
    const ofWorkspace = await call(there, "sample___whoami");
    await there.stop();
    // Another window, of no folder, was the last: a host that works in no folder of a window has its rules.
    const text = JSON.parse(readFileSync(settingsFile, "utf8"));
    writeFileSync(settingsFile, JSON.stringify({ ...text, windows: [{ folders: [] }, ...text.windows] }));
    const elsewhere = await start("/");
    const free = await call(elsewhere, "sample___whoami");
    await elsewhere.stop();
    assert.match(before, /hello/);
    assert.match(after, /gatewayConnect.tools › deny denies it/);
    assert.match(ofWorkspace, /gatewayConnect.tools › workspace › deny denies it/);
    assert.match(free, /Ada Lovelace/);
  }).finally(() => removeFolder(project));
});

test("where what is set is missing, damaged, of another gateway or somebody else's, nothing runs and the host is told why", () =>
  withoutWindow({}, async ({ start, settingsFile, refresh }) => {
    const said = async (spoil: () => void) => {
      refresh();
      spoil();
      const words = await start().then(
        async (agent) => {
          await agent.stop();
          return "it runs";
        },
        (error: Error) => error.message,
      );
      rmSync(settingsFile, { force: true });
      return words;
    };
    const read = () => JSON.parse(readFileSync(settingsFile, "utf8"));
    const write = (value: unknown) => writeFileSync(settingsFile, JSON.stringify(value));
    const spoilt: readonly (readonly [RegExp, () => void])[] = [
      [/is not there/, () => rmSync(settingsFile)],
      [/is damaged/, () => writeFileSync(settingsFile, "{")],
      [/of another version/, () => write({ ...read(), version: 2 })],
      [/This gateway is not in/, () => write({ ...read(), gateways: {} })],
      [/Somebody else can write/, () => chmodSync(settingsFile, 0o666)],
      [
        /Somebody else can write/,
        () => {
          cpSync(settingsFile, `${settingsFile}.moved`);
          rmSync(settingsFile);
          symlinkSync(`${settingsFile}.moved`, settingsFile);
        },
      ],
    ];
    for (const [words, spoil] of spoilt) {
      const told = await said(spoil);
      assert.match(told, words);
      assert.match(told, /Open the editor once.*\(editor_settings_unusable\)/);
    }
    assert.equal(await said(() => {}), "it runs");
  }));

test("a bridge of an earlier version, which says nothing of it, starts a program that knows what is set", () =>
  withoutWindow(
    { gateway: () => ({ tools: { deny: ["*___echo"] } }) },
    async ({ start, closed, settingsFile, refresh }) => {
      // It looked at no such file, and handed on its own environment.
      const script = join(closed, "bridge", "bridge.cjs");
      const earlier = `const { spawn } = require("node:child_process");
      const { connections: [{ url }] } = JSON.parse(require("node:fs").readFileSync(${JSON.stringify(join(closed, "connections.json"))}, "utf8"));
      spawn(process.execPath, [${JSON.stringify(join(closed, "bridge", "standalone.mjs"))}, url], { stdio: "inherit" }).once("exit", (code) => process.exit(code));`;
      writeFileSync(script, earlier);
      const agent = await start();
      const denied = await call(agent, "sample___echo");
      await agent.stop();
      assert.match(denied, /deny denies it/);
      rmSync(settingsFile);
      await assert.rejects(start());
      refresh();
    },
  ));

test("a window whose handed settings are gone writes them whole with the next change", () =>
  withoutWindow({ gateway: () => ({ tools: { deny: ["*___echo"] } }) }, async ({ host }) => {
    const file = join(host.storage, "bridge", "settings.json");
    rmSync(file);
    // Whatever changes is handed over whole.
    host.editor.settingChanged("gatewayConnect.gateways");
    await until(() => statSync(file, { throwIfNoEntry: false }) !== undefined, "the settings");
    assert.match(readFileSync(file, "utf8"), /\*___echo/);
  }));

test("a file that is damaged costs the rules of no workspace whose window is not open", () => {
  const project = makeTemporaryFolder("project");
  return withoutWindow({}, async ({ host, start, refresh, settingsFile }) => {
    const file = join(host.storage, "bridge", "settings.json");
    const { windows, ...rest } = JSON.parse(readFileSync(file, "utf8"));
    const other = { folders: [project], tools: { deny: ["*___echo"] } };
    const text = JSON.stringify({ ...rest, windows: [...windows, other] });
    for (const name of ["settings.json", "settings.copy.json"]) writeFileSync(join(host.storage, "bridge", name), text);
    // A setting that changes has the window write it again.
    const handOver = async (mebibytes: number) => {
      host.editor.settings["gatewayConnect.maxResultMiB"] = mebibytes;
      host.editor.settingChanged("gatewayConnect.maxResultMiB");
      await until(() => {
        try {
          return JSON.parse(readFileSync(file, "utf8")).shared.maxResultMiB === mebibytes;
        } catch {
          return false;
        }
      }, "the settings");
    };
    let count = 1;
    for (const spoil of [
      () => writeFileSync(file, text.slice(0, text.length / 2)),
      () => writeFileSync(join(host.storage, "bridge", "settings.copy.json"), "{"),
      () => rmSync(file),
      () => writeFileSync(file, text.replace(JSON.stringify(project), "1")),
    ]) {
      spoil();
      await handOver(++count);
      refresh();
      const agent = await start(project);
      const denied = await call(agent, "sample___echo");
      await agent.stop();
      assert.match(denied, /gatewayConnect.tools › workspace › deny denies it/);
    }
    assert.equal(statSync(join(settingsFile, "..", "settings.copy.json")).mode & 0o777, 0o600);
  }).finally(() => removeFolder(project));
});
