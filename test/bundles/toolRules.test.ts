import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ToolListChangedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { bridgeEntry, startHost } from "../support/bridgeHost.ts";
import type { BundleHost } from "../support/bundleHost.ts";
import { withEditor } from "../support/editorWorld.ts";
import { until } from "../support/until.ts";

/** The looks of all tools in the view: label, description and tooltip. */
async function toolsOf({ editor }: BundleHost, node?: object): Promise<readonly string[]> {
  const looks: string[] = [];
  for (const child of (await editor.tree?.getChildren(node)) ?? []) {
    looks.push(
      JSON.stringify(await editor.tree?.getTreeItem(child)),
      ...(await toolsOf({ editor } as BundleHost, child)),
    );
  }
  return looks;
}

test("rules for tools hold for hosts, are told where they are set, and a workspace only narrows them", () =>
  withEditor(
    { gateway: () => ({ tools: { deny: ["*___save_note"] } }), settings: () => ({}) },
    async (host, sandbox) => {
      await host.run("connect", sandbox.gatewayUrl);
      await until(() => host.editor.shown.some((text) => text.includes("Connected to")), "the connection");
      await host.editor.servers?.provideMcpServerDefinitions();
      const { connections } = JSON.parse(readFileSync(join(host.storage, "connections.json"), "utf8"));
      let changes = 0;
      const agent = await startHost(bridgeEntry(host.storage, { id: (connections[0] as { id: string }).id }), {
        prepare: (client) => client.setNotificationHandler(ToolListChangedNotificationSchema, () => void changes++),
      });
      const names = async () => (await agent.client.listTools()).tools.map(({ name }) => name).sort();
      const call = async (name: string) =>
        JSON.stringify(await agent.client.callTool({ name, arguments: { text: "hello" } }));
      const write = (where: "settings" | "workspaceSettings", rules: unknown) => {
        host.editor[where]["gatewayConnect.tools"] = rules;
        host.editor.settingChanged("gatewayConnect.tools");
      };
      const set = async (...setting: Parameters<typeof write>) => {
        const before = changes;
        write(...setting);
        await until(() => changes > before, "the host to be told");
        return await names();
      };
      const first = await names();
      const refused = await call("sample___save_note");
      const narrowed = await set("workspaceSettings", { allow: ["*___echo", "*___save_note"] });
      const ruled = await call("sample___whoami");
      const shown = (await toolsOf(host)).join("\n");
      const both = await set("settings", { deny: ["*___echo"] });
      // What the workspace allows is not given back, and what it says wrongly leaves nothing.
      const calls = { ...sandbox.observe().toolCalls };
      const narrowedAgain = await set("settings", {});
      write("workspaceSettings", { allow: "*" });
      const wrong = await names();
      const invalid = await call("sample___echo");
      await agent.stop();
      assert.ok(first.length > 2 && first.includes("sample___echo"), first.join());
      assert.deepEqual(
        { first: first.includes("sample___save_note"), narrowed, both, narrowedAgain, wrong, calls },
        { first: false, narrowed: ["sample___echo"], both: [], narrowedAgain: ["sample___echo"], wrong: [], calls: {} },
      );
      assert.match(refused, /gatewayConnect.gateways › .* › tools › deny denies it with \*___save_note/);
      assert.match(ruled, /gatewayConnect.tools › workspace › allow does not list it/);
      assert.match(invalid, /The rules for tools cannot be used.*workspace › allow: Expected a list/);
      assert.match(shown, /hidden from the agent: denied/);
      assert.match(shown, /hidden from the agent: not allowed/);
      assert.match(shown, /1 of 5 tools/);
      await host.run("explainAccess", sandbox.gatewayUrl);
      const report = JSON.stringify([host.editor.pages, host.editor.documents]);
      assert.match(report, /Rules keep tools from agents/);
    },
  ));

test("a call through a window that takes longer than is set is told with the number and where that is", () =>
  withEditor({ gateway: () => ({ timeout: { "*___echo": 1 } }) }, async (host, sandbox) => {
    const { fetch } = globalThis;
    let isCancelled = false;
    globalThis.fetch = async (input, init) => {
      const body = String(init?.body);
      const isHeld = body.includes('"tools/call"') && body.includes("sample___echo");
      // The tool is as slow as it takes to be told that nobody waits for it any more.
      if (isHeld) await new Promise((resolve) => init?.signal?.addEventListener("abort", resolve));
      isCancelled ||= isHeld;
      return await fetch(input, init);
    };
    try {
      await host.run("connect", sandbox.gatewayUrl);
      await until(() => host.editor.shown.some((text) => text.includes("Connected to")), "the connection");
      await host.editor.servers?.provideMcpServerDefinitions();
      const { connections } = JSON.parse(readFileSync(join(host.storage, "connections.json"), "utf8"));
      const agent = await startHost(bridgeEntry(host.storage, { id: (connections[0] as { id: string }).id }));
      const said = JSON.stringify(await agent.client.callTool({ name: "sample___echo", arguments: { text: "hi" } }));
      await agent.stop();
      assert.match(
        said,
        /sample___echo took longer than 1 seconds\. gatewayConnect.gateways › .* › timeout › \*___echo lets a call take no longer/,
      );
      await until(() => isCancelled, "the gateway to be told");
    } finally {
      globalThis.fetch = fetch;
    }
  }));
