import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bridgeEntry, startHost } from "../support/bridgeHost.ts";
import { withEditor } from "../support/editorWorld.ts";
import { until } from "../support/until.ts";

test("a gateway of both eras is spoken to in the revision that is set, from the next call on after it is set", () =>
  withEditor({ gateway: () => ({ protocolVersion: "2025-11-25" }) }, async ({ editor, run, storage }, sandbox) => {
    await run("connect", sandbox.gatewayUrl);
    await until(() => editor.shown.some((text) => text.includes("Connected to")), "the connection");
    await editor.servers?.provideMcpServerDefinitions();
    const { connections } = JSON.parse(readFileSync(join(storage, "connections.json"), "utf8"));
    const agent = await startHost(bridgeEntry(storage, { id: (connections[0] as { id: string }).id }));
    /** The eras of the connections that were made for a call. */
    const eras = async (): Promise<readonly string[]> => {
      const before = editor.logged.length;
      await agent.client.callTool({ name: "sample___whoami", arguments: {} });
      const lines = editor.logged.slice(before).filter((line) => line.includes("relay: connected"));
      return lines.map((line) => /\bera=(\w+)/.exec(line)?.[1] ?? line);
    };
    await eras();
    const first = editor.logged.filter((line) => line.includes("relay: connected"));
    const set = (version: string) => {
      editor.settings["gatewayConnect.gateways"] = { [sandbox.gatewayUrl]: { protocolVersion: version } };
      editor.settingChanged("gatewayConnect.gateways");
    };
    const calls: (readonly string[])[] = [await eras()];
    for (const version of ["2026-07-28", "2025-11-25", "auto"]) {
      set(version);
      calls.push(await eras(), await eras());
    }
    await agent.stop();
    assert.deepEqual(
      { first: first.length > 0 && first.every((line) => line.includes("era=legacy")), calls },
      { first: true, calls: [[], ["modern"], [], ["legacy"], [], ["modern"], []] },
    );
  }));
