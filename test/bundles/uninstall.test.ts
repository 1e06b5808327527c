import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { promisify } from "node:util";
import type { BundleHost } from "../support/bundleHost.ts";
import { withEditor, withHome } from "../support/editorWorld.ts";
import { until } from "../support/until.ts";

type Servers = Record<string, { command: string; args: string[]; env: Record<string, string> }>;

/** An editor with an entry of ours in a host's file. */
const withEntry = (
  act: (file: string, host: BundleHost) => Promise<void>,
  { chosen, path }: { readonly chosen: string; readonly path: readonly string[] } = {
    chosen: "Cursor, for you",
    path: [".cursor", "mcp.json"],
  },
) =>
  withHome((home) =>
    withEditor(
      {
        answer: ({ text: asked, choices }) =>
          asked.includes("Add it to which file?")
            ? chosen
            : choices.includes("Write This Change")
              ? "Write This Change"
              : undefined,
      },
      async (host, sandbox) => {
        await host.run("connect", sandbox.gatewayUrl);
        const file = join(home, ...path);
        void host.run("addToMcpJson");
        await until(() => existsSync(file) && host.editor.shown.some((said) => said.startsWith("Added")), "the entry");
        await act(file, host);
      },
    ),
  );

/** What the editor runs once the extension is uninstalled. */
const uninstall = async ({ dist }: BundleHost) =>
  (await promisify(execFile)(process.execPath, [join(dist, "uninstall.cjs")])).stdout;

const serversOf = (file: string): Servers =>
  (JSON.parse(readFileSync(file, "utf8")) as { mcpServers: Servers }).mcpServers;

test("uninstalling takes out what was written, and the bridge with it", () =>
  withEntry(async (file, host) => {
    const before = Object.keys(serversOf(file));
    const said = await uninstall(host);
    assert.deepEqual(
      { before: before.length, after: Object.keys(serversOf(file)), bridge: existsSync(join(host.storage, "bridge")) },
      { before: 1, after: [], bridge: false },
    );
    assert.match(said, /the bridge and its entries were removed/);
  }));

test("the part that reads TOML is loaded for Codex's file, when an entry is written and when it is taken out", () =>
  withEntry(
    async (file, host) => {
      const before = readFileSync(file, "utf8");
      assert.match(await uninstall(host), /the bridge and its entries were removed/);
      assert.deepEqual(
        [
          /^\[mcp_servers\.[a-z0-9-]+\]\ncommand = "/.test(before),
          host.loaded.includes("toml.cjs"),
          readFileSync(file, "utf8"),
        ],
        [true, true, ""],
      );
    },
    { chosen: "Codex, for you", path: [".codex", "config.toml"] },
  ));

test("an entry that somebody edited stays, and its bridge says that the extension is gone", () =>
  withEntry(async (file, host) => {
    const [[key = "", entry] = []] = Object.entries(serversOf(file));
    assert.ok(entry);
    writeFileSync(file, JSON.stringify({ mcpServers: { [key]: { ...entry, autoApprove: ["whoami"] } } }));
    assert.match(await uninstall(host), /an entry that was changed is left in /);
    const { command, args, env } = serversOf(file)[key] ?? entry;
    const bridge = spawn(command, args, { env: { ...process.env, ...env } });
    const answer = text(bridge.stdout);
    const hello = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "host", version: "1" } };
    bridge.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params: hello })}\n`);
    await new Promise((resolve) => bridge.stdout.once("data", resolve));
    bridge.stdin.end();
    bridge.kill();
    assert.match(await answer, /uninstalled.*\(extension_gone\)/);
  }));

test("where no entry was ever written, uninstalling does nothing", () =>
  withEditor({}, async (host) => {
    assert.match(await uninstall(host), /nothing to clean up/);
  }));

test("the editor is told to run it", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  const script = scripts["vscode:uninstall"] ?? "";
  assert.match(script, /^node \.\/dist\/\w+\.cjs$/);
  assert.ok(existsSync(script.replace("node ", "")));
});
