import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { ToolListChangedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { parse } from "jsonc-parser";
import { prepareMcpRemote } from "../../bench/mcpRemote.ts";
import { suggestedName } from "../../src/connections/connection.ts";
import { entryEnvironment } from "../../src/hosts/entryEnvironment.ts";
import { startHost } from "../support/bridgeHost.ts";
import { claudeCodeFolder, quietClaudeCode } from "../support/claudeCode.ts";
import { until } from "../support/until.ts";
import { useDeviceCode } from "../support/useDeviceCode.ts";
import { Steps } from "../support/vscode/steps.ts";
import { startWorld } from "../support/vscode/world.ts";

const run = promisify(execFile);

interface Entry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  readonly disabled?: boolean;
}

/** An editor called Kiro, and hosts that start what is in its mcp.json, as Kiro's agent and its terminal tool do. */
test("a gateway reaches hosts that read an mcp.json", async (t) => {
  const progress = (line: string) => t.diagnostic(line);
  const claudeFolder = await claudeCodeFolder(progress);
  const world = await startWorld({ editor: "Kiro", env: quietClaudeCode, progress });
  const userFile = join(world.home, ".kiro", "settings", "mcp.json");
  const projectFile = join(world.workspace, ".cursor", "mcp.json");
  const theirs =
    '{\n    // the team\'s own\n    "mcpServers": {\n        "docs": { "url": "https://docs.example.com/mcp" },\n    },\n}\n';
  let patient: Awaited<ReturnType<typeof startHost>> | undefined;
  const steps = await Steps.start(t, world);
  const window = () => steps.workbench;
  const work = suggestedName(new URL(world.sandbox.gatewayUrl));
  const step = (what: string, run: () => Promise<void>) => steps.step(what, run);
  const servers = async (path = userFile): Promise<Record<string, Entry>> =>
    parse(await readFile(path, "utf8")).mcpServers;
  const ours = async (path?: string): Promise<Entry> => {
    const found = Object.values(await servers(path)).find(({ env }) => env?.GATEWAY_CONNECT_ENTRY);
    assert.ok(found, "there is an entry of ours");
    return found;
  };
  /** A host that starts the entry as it stands, with the reduced environment that Kiro gives. */
  const host = async (more: Record<string, string> = {}) => {
    const { command, args, env } = await ours();
    const started = await startHost({ command, args, env: { ...env, HOME: world.home, ...more } });
    t.after(() => started.stop().catch(() => {}));
    return started;
  };
  const add = async ({ client }: Awaited<ReturnType<typeof host>>) => {
    const { content } = await client.callTool({ name: "sample___add", arguments: { a: 20, b: 22 } });
    return (content as { text: string }[])[0]?.text;
  };
  const signIn = async (person: string) => assert.match(await steps.signIn(person), new RegExp(person));

  try {
    await steps.open();
    await step("Connect Gateway asks once whether the editor's file may have it, and writes it", async () => {
      await window().runCommand("Connect Gateway");
      await window().fillInput(world.sandbox.gatewayUrl, "Connect Gateway");
      await signIn("Ada Lovelace");
      await window().inputTitled("Kiro's agent finds MCP servers in ~/.kiro/settings/mcp.json");
      assert.deepEqual(
        (await window().pickLabels()).map((label) => label.trim()),
        [`Add ${work}`, "Show the Change First", "Don't Add"],
      );
      await window().screenshot("the question");
      await window().pick(`Add ${work}`);
      await window().notification(`Added ${work} to ~/.kiro/settings/mcp.json`);
      const { command, args, env } = await ours();
      // The editor has the environment of the tests.
      const way = Object.keys(entryEnvironment({ env: process.env }));
      assert.deepEqual(
        { keys: Object.keys(await servers()), bridge: args[0]?.endsWith("bridge.cjs"), env: Object.keys(env).sort() },
        {
          keys: [work],
          bridge: true,
          env: ["ELECTRON_RUN_AS_NODE", "GATEWAY_CONNECT_ENTRY", "GATEWAY_CONNECT_FOLDER", ...way].sort(),
        },
      );
      assert.equal((await readFile(command)).length > 0, true);
      await window().clearNotifications();
    });

    await step("a host starts the entry as it stands, and calls tools as the person who signed in", async () => {
      const started = await host();
      const { tools } = await started.client.listTools();
      assert.ok(
        tools.some(({ name }) => name === "sample___add"),
        JSON.stringify(tools.map(({ name }) => name)),
      );
      assert.equal(await add(started), "42");
      await started.stop();
    });

    await step("when the window it went through is closed, it goes on through another", async () => {
      const { window: other, close } = await steps.openAnother();
      await other.statusBarItem("Ada Lovelace");
      const started = await host();
      assert.equal(await add(started), "42");
      // A bridge that went to another window says that what is there may be something else.
      const moved = new Promise<void>((resolve) => {
        started.client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve());
      });
      // The newest window is asked first.
      await close();
      await moved;
      assert.equal(await add(started), "42");
      await started.stop();
    });

    await step("a signed-out host still lists the tools, and a call asks the person to sign in", async () => {
      await window().runCommand("Gateway Connect: Sign Out");
      await window().notification(`Signed out of ${work}`);
      const started = await host();
      assert.ok((await started.client.listTools()).tools.length > 0);
      const called = add(started);
      await signIn("Ada Lovelace");
      assert.equal(await called, "42");
      await started.stop();
      await window().clearNotifications();
    });

    await step("Add Gateway to mcp.json… shows the change in a file of somebody else before it is made", async () => {
      await mkdir(join(world.workspace, ".cursor"));
      await writeFile(projectFile, theirs);
      await window().runCommand("Gateway Connect: Add Gateway to mcp.json…");
      await window().inputTitled("Add it to which file?");
      await window().screenshot("the files");
      await window().pick("Cursor, for this folder");
      await window().editorAction("Discard This Change");
      await window().screenshot("the change");
      assert.equal(await readFile(projectFile, "utf8"), theirs, "nothing is written before the answer");
      await (await window().editorAction("Write This Change")).click();
      await window().notification(`Added ${work} to ~/workspace/.cursor/mcp.json`);
      const text = await readFile(projectFile, "utf8");
      assert.deepEqual(
        {
          keys: Object.keys(await servers(projectFile)),
          start: text.startsWith(theirs.slice(0, theirs.indexOf("\n    },"))),
        },
        { keys: ["docs", work], start: true },
      );
      await window().clearNotifications();
    });

    await step("a file that cannot be changed without harm is refused with the place, and left alone", async () => {
      const broken = join(world.workspace, ".vscode", "mcp.json");
      await mkdir(join(world.workspace, ".vscode"));
      await writeFile(broken, '{\n  "servers": {\n}\n');
      await window().runCommand("Gateway Connect: Add Gateway to mcp.json…");
      await window().pick("VS Code's mcp.json, for this folder");
      const refused = await window().notification("This file cannot be changed without harm");
      assert.match(refused.text, /line 4, column 1: close brace expected/);
      assert.equal(await readFile(broken, "utf8"), '{\n  "servers": {\n}\n');
      await rm(broken);
      await window().clearNotifications();
    });

    await step("Claude Code is told by its own command, and finds the gateway healthy", async () => {
      // Where its own installer puts it.
      const bin = join(world.home, ".local", "bin");
      await mkdir(bin, { recursive: true });
      await symlink(join(claudeFolder, "claude"), join(bin, "claude"));
      await window().runCommand("Gateway Connect: Add Gateway to mcp.json…");
      await window().pick("Claude Code, for you");
      await (await window().editorAction("Write This Change")).click();
      await window().notification(`Added ${work} to ~/.claude.json`);
      const env = { ...process.env, ...quietClaudeCode, HOME: world.home };
      const listed = await run(join(claudeFolder, "claude"), ["mcp", "list"], { env });
      assert.match(listed.stdout, new RegExp(`^${work}: .*Connected$`, "m"));
      await window().clearNotifications();
    });

    await step("with the editor closed, the same entry signs in by itself, as a terminal needs it", async () => {
      patient = await host();
      assert.equal(await add(patient), "42");
      await steps.close();
      await world.closeEditor();
      const started = await host({ GATEWAY_CONNECT_WAIT_MS: "500" });
      const listing = started.client.listTools();
      const [, uri = "", code = ""] = await said(started, /open (\S+) on any device and enter the code (\S+)/);
      await useDeviceCode(uri, code);
      assert.ok((await listing).tools.length > 0);
      assert.equal(await add(started), "42");
      await started.stop();
    });

    await step(
      "with the editor open again, hosts reach it, and an entry whose program is gone is repaired",
      async () => {
        const text = await readFile(userFile, "utf8");
        const { command } = await ours();
        await writeFile(userFile, text.replace(JSON.stringify(command), '"/gone/with/the/update"'));
        await world.openEditor();
        await steps.open();
        await window().statusBarItem("Ada Lovelace");
        await until(async () => (await readFile(userFile, "utf8")) === text, "the entry is repaired");
        assert.ok(patient);
        assert.equal(await add(patient), "42", "a host that was there before goes on");
        const started = await host();
        assert.equal(await add(started), "42");
        await started.stop();
      },
    );

    await step("Remove Gateway takes its entries out of every file, and nothing else", async () => {
      await window().runCommand("Gateway Connect: Remove Gateway");
      await window().dialogButton("Remove");
      await window().notification(`Removed ${work}`);
      await until(async () => Object.keys(await servers()).length === 0, "the entry is gone");
      await until(async () => (await readFile(projectFile, "utf8")) === theirs, "the other file is as it was");
      const claudes = join(world.home, ".claude.json");
      await until(async () => Object.keys(await servers(claudes)).length === 0, "Claude Code has forgotten it");
      await window().clearNotifications();
    });

    await step("Import from mcp-remote… converts its entry, and revokes and deletes what it kept", async () => {
      const url = world.sandbox.gatewayUrl;
      const cache = join(world.home, ".mcp-auth");
      const { args } = await prepareMcpRemote(url, cache);
      const files = await readdir(cache, { recursive: true });
      const tokens = join(cache, files.find((name) => name.endsWith("_tokens.json")) ?? "");
      const kept = JSON.parse(await readFile(tokens, "utf8")) as { access_token: string; refresh_token: string };
      const entry = {
        command: process.execPath,
        args: [...args, "3335", "--transport", "http-only"],
        autoApprove: ["*"],
      };
      await writeFile(
        userFile,
        `{\n  // as a guide says\n  "mcpServers": { "gateway-tools": ${JSON.stringify(entry)} }\n}\n`,
      );
      await window().runCommand("Gateway Connect: Import from mcp-remote…");
      await window().inputTitled("Import which entries of mcp-remote?");
      await window().screenshot("the entries of mcp-remote");
      await window().fillInput(undefined, "Import which entries of mcp-remote?");
      const shown = await window().dialogText();
      assert.match(shown, /port, kept: the browser comes back to port 3335/);
      assert.match(shown, /--transport, not needed/);
      await window().screenshot("what an entry of mcp-remote becomes");
      await window().dialogButton("Convert");
      await signIn("Ada Lovelace");
      assert.match(await window().dialogText(), /keeps 1 sign-in in plain files/);
      await window().screenshot("the question about what mcp-remote kept");
      await window().dialogButton("Revoke and Delete");
      await until(async () => !existsSync(cache), "what mcp-remote kept is gone");
      for (const token of [kept.access_token, kept.refresh_token]) {
        assert.equal((await world.sandbox.ask<{ active: boolean }>("isActive", { token })).active, false);
      }
      const { autoApprove } = (await servers())["gateway-tools"] as { autoApprove?: unknown };
      const text = await readFile(userFile, "utf8");
      assert.deepEqual(
        {
          keys: Object.keys(await servers()),
          autoApprove,
          comment: text.includes("// as a guide says"),
        },
        { keys: ["gateway-tools"], autoApprove: ["*"], comment: true },
      );
      const started = await host();
      assert.equal(await add(started), "42");
      await started.stop();
    });
  } finally {
    await steps.end();
    await world.stop();
  }
});

/** What a host's program said on its standard error. */
async function said(host: { said(): string }, pattern: RegExp): Promise<readonly string[]> {
  return await until(() => pattern.exec(host.said()) ?? undefined, String(pattern)).catch((error) => {
    throw new Error(`${error.message}; it said: ${host.said()}`);
  });
}
