import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { isAlive } from "../../src/system/isAlive.ts";
import { bridgeEntry, listeningPlace, startHost, storageFolder } from "../support/bridgeHost.ts";
import { startGateway } from "../support/relayGateways.ts";
import { startRelay } from "../support/relayWorld.ts";
import { until } from "../support/until.ts";

type Storage = Awaited<ReturnType<typeof storageFolder>>;
type Window = Awaited<ReturnType<typeof startRelay>>;

async function withWindow(act: (world: { window: Window; storage: Storage; url: string }) => Promise<void>) {
  const gateway = await startGateway("legacy");
  const window = await startRelay(gateway.url);
  const storage = await storageFolder();
  try {
    await act({ window, storage, url: gateway.url });
  } finally {
    await window.stop();
    await gateway.stop();
    await storage.remove();
  }
}

test("a storm of calls reaches the relay through its named pipe, and each is answered with its own", () =>
  withWindow(async ({ window, storage }) => {
    await storage.announce(window.socket);
    const host = await startHost(bridgeEntry(storage.folder));
    const numbers = Array.from({ length: 100 }, (_, number) => number);
    const answers = await Promise.all(
      numbers.map(async (number) => {
        const { content } = await host.client.callTool({ name: "echo", arguments: { number } });
        return (content as { text: string }[])[0]?.text;
      }),
    );
    await host.stop();
    assert.match(window.socket.address.path, /^\\\\\.\\pipe\\/);
    assert.deepEqual(
      answers,
      numbers.map((number) => JSON.stringify({ number })),
    );
  }));

test("the window of the host's folder is taken, however its drive and folder are written", () =>
  withWindow(async ({ window, storage, url }) => {
    const here = join(storage.folder, "Проект & Co");
    await mkdir(here);
    const newer = await startRelay(url);
    await storage.announce(window.socket, { folders: [here.replace(/^./, (drive) => drive.toLowerCase())] });
    await storage.announce(newer.socket);
    const host = await startHost(bridgeEntry(storage.folder), { cwd: here });
    await host.client.callTool({ name: "echo" });
    await host.stop();
    await newer.stop();
    assert.deepEqual(
      [window, newer].map(({ access }) => access.sent.includes("tools/call")),
      [true, false],
    );
  }));

test("a bridge ends with the host that started it, also where another program holds its input open", async (t) => {
  const storage = await storageFolder();
  const path = listeningPlace("door");
  const door = createServer().listen(path);
  t.after(() => door.close());
  await storage.announce({ address: { kind: "pipe", path }, bridgeKey: "00" });
  const { command, args, env } = bridgeEntry(storage.folder);
  const program = `
    const { spawn } = require("node:child_process");
    // Else Windows would end both with a host that is Node's.
    const detached = true;
    const keepsRunning = ["--eval", "setInterval(() => {}, 1000)"];
    const stays = spawn(process.execPath, keepsRunning, { detached, stdio: ["ignore", "pipe", "ignore"] });
    const env = { ...process.env, ...${JSON.stringify(env)} };
    const stdio = [stays.stdout, "ignore", "ignore"];
    const bridge = spawn(${JSON.stringify(command)}, ${JSON.stringify(args)}, { detached, env, stdio });
    console.log(stays.pid + " " + bridge.pid);`;
  const host = spawn(process.execPath, ["--eval", program], { stdio: ["ignore", "pipe", "ignore"] });
  t.after(() => host.kill());
  const [line] = (await once(host.stdout, "data")) as [Buffer];
  const [other = 0, pid = 0] = String(line).split(" ").map(Number);
  for (const one of [other, pid]) t.after(() => isAlive(one) && process.kill(one));
  const [, socket] = (await once(door, "upgrade")) as [unknown, Socket];
  socket.destroy();
  const before = isAlive(pid);
  host.kill();
  await until(() => !isAlive(pid), "the end of the bridge", 15_000);
  assert.deepEqual({ before, other: isAlive(other) }, { before: true, other: true });
  await storage.remove();
});
