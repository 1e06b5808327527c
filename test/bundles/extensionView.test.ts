import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { bridgeEntry, startHost } from "../support/bridgeHost.ts";
import { type BundleHost, startBundleHost } from "../support/bundleHost.ts";
import type { Answers } from "../support/editorApi.ts";
import { withEditor } from "../support/editorWorld.ts";
import { until } from "../support/until.ts";

/** A gateway that is connected already. */
const withConnection = (act: (host: BundleHost, sandbox: Sandbox) => Promise<void>, answer?: Answers) =>
  withEditor({ ...(answer && { answer }) }, async (host, sandbox) => {
    await host.run("connect", sandbox.gatewayUrl);
    await until(() => host.editor.shown.some((text) => text.includes("Connected to")), "the connection");
    await act(host, sandbox);
  });

/** The items of the view, each with those under it, as deep as they go. */
async function drawn({ editor }: BundleHost, node?: object): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  for (const child of (await editor.tree?.getChildren(node)) ?? []) {
    const { label, description = "" } = (await editor.tree?.getTreeItem(child)) ?? { label: "" };
    const under = await drawn({ editor } as BundleHost, child);
    rows.push(under.length > 0 ? [`${label} ${description}`.trim(), under] : `${label} ${description}`.trim());
  }
  return rows;
}

/** The item of this text at the top, or under the first item. */
async function item(host: BundleHost, text: string): Promise<object> {
  const find = async (node?: object): Promise<object | undefined> => {
    for (const child of (await host.editor.tree?.getChildren(node)) ?? []) {
      if ((await host.editor.tree?.getTreeItem(child))?.label.includes(text)) return child;
      const found = await find(child);
      if (found) return found;
    }
    return undefined;
  };
  // What a gateway listed is written by the way.
  return await until(() => find(), `an item with ${text}`);
}

const kept = ({
  storage,
}: BundleHost): readonly { readonly id: string; readonly name: string; readonly serverName?: string }[] =>
  JSON.parse(readFileSync(join(storage, "connections.json"), "utf8")).connections;

test("the view has each gateway with who is signed in, its targets and their tools", () =>
  withConnection(async (host) => {
    await item(host, "Who am I");
    const [[gateway, under]] = (await drawn(host)) as [[string, [[string, string[]], ...unknown[]]]];
    const [[target, tools]] = under;
    assert.match(gateway, /^local-\d+ Ada Lovelace · \d+ tools$/);
    assert.match(target, /^sample \d+$/);
    assert.ok(
      tools.some((tool) => tool === "Who am I whoami"),
      String(tools),
    );
  }));

test("Refresh reads the lists of a gateway anew, also when it is run for all", () =>
  withConnection(async (host, sandbox) => {
    const asked = () => sandbox.observe().gatewayStatuses[200] ?? 0;
    const before = asked();
    await host.run("refreshGateway", await item(host, "local-"));
    const one = asked();
    await host.run("refreshGateway");
    assert.deepEqual([one > before, asked() > one], [true, true]);
  }));

test("Rename changes how a gateway is called here, and not how the editor's agent knows it", () =>
  withConnection(
    async (host) => {
      const [{ name } = { name: "" }] = kept(host);
      await host.run("renameGateway", await item(host, "local-"));
      const [after] = kept(host);
      assert.deepEqual({ name: after?.name, serverName: after?.serverName }, { name: "Finance", serverName: name });
      await until(async () => String((await drawn(host))[0]).split(" ")[0] === "Finance", "the new name in the view");
    },
    ({ text }) => (text.includes("Its name in this extension") ? "Finance" : undefined),
  ));

test("Copy Address copies the address of a gateway", () =>
  withConnection(async (host, sandbox) => {
    await host.run("copyAddress", await item(host, "local-"));
    assert.equal(host.editor.clipboard, sandbox.gatewayUrl);
  }));

test("Find Tool finds a tool of any gateway, and shows it in the view", () =>
  withConnection(
    async (host) => {
      const tool = await item(host, "Who am I");
      await host.run("findTool");
      assert.deepEqual(host.editor.revealed, [tool]);
    },
    ({ text }) => (text.includes("Find Tool") ? "Who am I" : undefined),
  ));

test("a tool's item runs that tool, and what runs on this machine is connected and stopped on its item", () =>
  withEditor({}, async (host) => {
    await host.run("startSandbox", "generic");
    const before = (await drawn(host)) as [[string, string[]]];
    await host.run("copyAddress", await item(host, "Sandbox"));
    assert.match(host.editor.clipboard, /^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
    await host.run("connect", await item(host, "Sandbox"));
    await until(() => host.editor.shown.some((text) => text.includes("Connected to")), "the connection");
    await host.run("runTool", await item(host, "Who am I"));
    await until(() => host.editor.documents.length > 0 || host.editor.pages.length > 0, "the result");
    const connected = JSON.stringify(await drawn(host));
    await host.run("stopSandbox", await item(host, "Sandbox"));
    const after = JSON.stringify(await drawn(host));
    assert.match(JSON.stringify(before), /\["Local",\["Sandbox :\d+"\]\]/);
    assert.match(connected, /Sandbox :\d+ · connected as/);
    assert.doesNotMatch(after, /Local/);
  }));

test("a gateway that refuses is counted on the view and says what to do under its item", () =>
  withConnection(async (host, sandbox) => {
    sandbox.setGatewayFaults({ refuseAllTokens: true });
    await host.run("refreshGateway");
    await until(() => host.editor.badge === 1, "the number on the view");
    const shown = JSON.stringify(await drawn(host));
    sandbox.setGatewayFaults({});
    await host.run("refreshGateway");
    await until(() => host.editor.badge === undefined, "no number");
    assert.match(shown, /refuse/i);
  }));

test("a tool that is hidden stands back, agents are neither shown it nor may call it, and it can be shown again", () =>
  withConnection(async (host, sandbox) => {
    await host.editor.servers?.provideMcpServerDefinitions();
    const agent = await startHost(bridgeEntry(host.storage, { id: kept(host)[0]?.id ?? "" }));
    const names = async () => (await agent.client.listTools()).tools.map(({ name }) => name);
    const before = await names();
    await host.run("hideTool", await item(host, "Echo"));
    const call = await agent.client.callTool({ name: "sample___echo", arguments: { text: "hello" } });
    const hidden = { names: await names(), call: call as { isError?: boolean; content: readonly { text?: string }[] } };
    const shown = JSON.stringify(await drawn(host));
    const calls = { ...sandbox.observe().toolCalls };
    const set = host.editor.settings["gatewayConnect.gateways"];
    await host.run("showTool", await item(host, "Echo"));
    const after = await names();
    await agent.stop();
    assert.deepEqual(
      {
        names: [before.filter((name) => !hidden.names.includes(name)), after.length === before.length],
        call: [hidden.call.isError, hidden.call.content[0]?.text],
        calls,
        shown: [/Echo hidden from the agent/.test(shown), /4 of 5 tools/.test(shown)],
        set: [set, host.editor.settings["gatewayConnect.gateways"]],
      },
      {
        names: [["sample___echo"], true],
        call: [
          true,
          `sample___echo is hidden from agents. The person who connected ${kept(host)[0]?.name} keeps this tool for themselves. Nothing was run. To let agents use it, choose "Show to the Agent" at the tool in the view "MCP Gateways".`,
        ],
        calls: {},
        shown: [true, true],
        set: [{ [sandbox.gatewayUrl]: { hiddenTools: ["sample___echo"] } }, {}],
      },
    );
  }));

test("fifty quiet connections are asked nothing for ten minutes, also while their view is seen", async (t: TestContext) => {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const sent = t.mock.method(globalThis, "fetch", async () => {
    throw new Error("no network here");
  });
  const connections = Array.from({ length: 50 }, (_, index) => ({
    ...{ id: `g${index}`, name: `Gateway ${index}`, url: `https://gw${index}.example.com/mcp` },
    authorization: { kind: "none" },
  }));
  const host = await startBundleHost({ stored: { "connections.json": { version: 2, connections } } });
  host.editor.look(true);
  const rows = await drawn(host);
  for (let minute = 0; minute < 10; minute++) {
    t.mock.timers.tick(60_000);
    for (let turn = 0; turn < 50; turn++) await setImmediate();
  }
  assert.deepEqual(
    { rows: rows.length, first: rows[0], asked: sent.mock.callCount() },
    { rows: 50, first: ["Gateway 0 needs no sign-in", ["Not listed yet."]], asked: 0 },
  );
  await host.stop();
});
