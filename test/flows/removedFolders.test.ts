import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Log } from "../../src/lib/log.ts";
import { startRelayWindow } from "../../src/node/bridge/relayWindow.ts";
import { bridgeEntry, startHost } from "../support/bridgeHost.ts";
import { startEditor } from "../support/relayEditor.ts";
import { startGateway } from "../support/relayGateways.ts";
import { startRelay } from "../support/relayWorld.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { until } from "../support/until.ts";

const onUnix = { skip: process.platform === "win32" && "named pipes are in no folder" };

/** A window with its socket and its announcement in a storage folder, an editor and a host in it. */
async function windowInFolder(t: TestContext) {
  const gateway = await startGateway("legacy");
  const { relay, stop } = await startRelay(gateway.url);
  const folder = join(makeTemporaryFolder("removed"), "storage");
  const logged: string[] = [];
  const line = (message: string) => void logged.push(message);
  const log: Log = { debug() {}, info: line, warn: line, error: line };
  const socket = await startRelayWindow({
    folder,
    folders: [],
    find: (id) => (id === "test" ? relay : undefined),
    log,
  });
  t.after(async () => {
    await socket.stop();
    await stop();
    await gateway.stop();
    rmSync(dirname(folder), { recursive: true, force: true });
  });
  return { folder, socket, logged, calls: () => gateway.calls };
}

const saying = (text: string) => ({ name: "echo", arguments: { text } });
const textOf = (result: unknown): string => (result as { content: { text: string }[] }).content[0]?.text ?? "";

for (const removed of ["socket", "socket's folder", "storage folder"] as const) {
  test(
    `a running window whose ${removed} was removed makes it anew: who was connected stays so, and who comes after is answered`,
    onUnix,
    async (t) => {
      const { folder, socket, logged, calls } = await windowInFolder(t);
      const editor = await startEditor(socket, "test");
      const host = await startHost(bridgeEntry(folder, { waitMs: 20_000 }));
      t.after(() => Promise.all([editor.stop(), host.stop()]));
      const answers = [textOf(await host.client.callTool(saying("before")))];
      const { path } = socket.address;
      const places = { socket: path, "socket's folder": dirname(path), "storage folder": folder };
      for (const again of ["once", "twice"]) {
        rmSync(places[removed], { recursive: true });
        answers.push(textOf(await host.client.callTool(saying(`the bridge, ${again}`))));
        await until(() => existsSync(path), "the socket");
        answers.push(textOf(await editor.client.callTool(saying(`the editor, ${again}`))));
        const after = await startHost(bridgeEntry(folder, { waitMs: 20_000 }));
        answers.push(textOf(await after.client.callTool(saying(`a bridge after it, ${again}`))));
        await after.stop();
      }
      assert.deepEqual(
        { answers: answers.map((text) => (JSON.parse(text) as { text: string }).text), calls: calls().length, logged },
        {
          answers: [
            "before",
            ...["once", "twice"].flatMap((again) =>
              ["the bridge", "the editor", "a bridge after it"].map((who) => `${who}, ${again}`),
            ),
          ],
          calls: 7,
          logged: Array(2).fill("relay socket: it was removed, and is there again"),
        },
      );
    },
  );
}
