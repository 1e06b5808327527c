import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { bridgeEntry, startHost } from "../support/bridgeHost.ts";
import type { BundleHost } from "../support/bundleHost.ts";
import type { Answers } from "../support/editorApi.ts";
import { withEditor } from "../support/editorWorld.ts";
import { until } from "../support/until.ts";

/** An agent's program that calls through the extension. */
interface Agent {
  call(name: string, args?: Record<string, unknown>): Promise<unknown>;
}

const withAgent = (act: (host: BundleHost, agent: Agent, sandbox: Sandbox) => Promise<void>, answer?: Answers) =>
  withEditor({ sandbox: { recordSecrets: true }, ...(answer && { answer }) }, async (host, sandbox) => {
    await host.run("connect", sandbox.gatewayUrl);
    await until(() => host.editor.shown.some((text) => text.includes("Connected to")), "the connection");
    await host.editor.servers?.provideMcpServerDefinitions();
    const { connections } = JSON.parse(readFileSync(join(host.storage, "connections.json"), "utf8"));
    const agent = await startHost(bridgeEntry(host.storage, { id: connections[0].id }));
    try {
      await act(host, { call: (name, args = {}) => agent.client.callTool({ name, arguments: args }) }, sandbox);
    } finally {
      await agent.stop();
    }
  });

/** What stands in the document of the only gateway. */
const shown = ({ editor }: BundleHost): string => {
  const [tab] = editor.tabs;
  const { uri } = (tab?.input ?? {}) as { readonly uri?: object };
  return uri ? (editor.contents.get("gateway-connect-traffic")?.provideTextDocumentContent(uri) ?? "") : "";
};

test("Show Traffic shows what is sent while it is open, no token with it, and Stop Showing Traffic forgets it", () =>
  withAgent(async (host, agent, sandbox) => {
    await agent.call("sample___echo", { text: "before it was shown" });
    await host.run("showTraffic");
    const empty = shown(host);
    const open = host.editor.contexts.get("gatewayConnect.trafficShown");
    await agent.call("sample___echo", { text: "while it is shown" });
    await until(() => /tools\/call sample___echo {2}→ 200 \d/.test(shown(host)), "the call");
    const text = shown(host);
    const issued = sandbox.issuedSecrets();
    await host.run("stopTraffic");
    const tabs = host.editor.tabs.length;
    await agent.call("sample___echo", { text: "after that" });
    await host.run("showTraffic");
    assert.deepEqual(
      {
        empty: /Nothing was sent yet/.test(empty),
        open: [open, tabs],
        shown: [/while it is shown/.test(text), /before it was shown/.test(text)],
        secrets: issued.filter(({ value }) => text.includes(value)),
        issued: issued.length > 0,
        words: /bearer|authorization:|cookie:/i.exec(text)?.[0],
        again: [/while it is shown|after that/.test(shown(host)), /Nothing was sent yet/.test(shown(host))],
      },
      {
        empty: true,
        open: [true, 0],
        shown: [true, false],
        secrets: [],
        issued: true,
        words: undefined,
        again: [false, true],
      },
    );
  }));

test("a document of traffic that is closed ends it: nothing is noted any more", () =>
  withAgent(async (host, agent) => {
    await host.run("showTraffic");
    host.editor.closeTab("traffic.log");
    await agent.call("sample___echo", { text: "unseen" });
    await host.run("showTraffic");
    assert.deepEqual(
      [
        host.editor.contexts.get("gatewayConnect.trafficShown"),
        /unseen/.test(shown(host)),
        /Nothing was sent/.test(shown(host)),
      ],
      [true, false, true],
    );
  }));

test("Set Gateway Log Level asks the gateway for messages of that level, and shows them with its traffic", () =>
  withAgent(
    async (host) => {
      await host.run("showTraffic");
      const before = shown(host);
      await host.run("setLogLevel");
      await host.run("refreshGateway");
      // Where there are no sessions, each request says it.
      const asked = await until(() => /\/logLevel": "warning"/.test(shown(host)), "the request");
      assert.deepEqual(
        [/chooses which messages of its log/.test(before), asked, /log: warning and above/.test(shown(host))],
        [true, true, true],
      );
    },
    ({ text }) => (text.startsWith("Which messages of") ? "warning" : undefined),
  ));
