import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bridgeEntry, startHost } from "../support/bridgeHost.ts";
import { withEditor } from "../support/editorWorld.ts";
import { until } from "../support/until.ts";

const ofOne = { gateway: () => ({ maxResultMiB: 1 }) };
const ofAll = { settings: () => ({ "gatewayConnect.maxResultMiB": 1 }) };

for (const [whose, set] of [
  ["one gateway", ofOne],
  ["all gateways", ofAll],
] as const) {
  test(`an answer that is larger than is set for ${whose} is told with the limit and the setting`, () =>
    withEditor(set, async (host, sandbox) => {
      await host.run("connect", sandbox.gatewayUrl);
      await until(() => host.editor.shown.some((text) => text.includes("Connected to")), "the connection");
      await host.editor.servers?.provideMcpServerDefinitions();
      const { connections } = JSON.parse(readFileSync(join(host.storage, "connections.json"), "utf8"));
      const agent = await startHost(bridgeEntry(host.storage, { id: (connections[0] as { id: string }).id }));
      const echo = async (text: string) =>
        JSON.stringify(await agent.client.callTool({ name: "sample___echo", arguments: { text } }));
      const large = await echo("x".repeat(2 * 1024 * 1024));
      const small = await echo("hello");
      await agent.stop();
      assert.match(large.slice(0, 1_000), /is too large.*at most 1 MiB.*maxResultMiB/);
      assert.match(small, /hello/);
    }));
}
