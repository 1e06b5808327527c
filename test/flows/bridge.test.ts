import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { entryEnvironment } from "../../src/hosts/entryEnvironment.ts";
import { MAX_TOOL_NAME } from "../../src/relay/hostQuirks.ts";
import { isAlive } from "../../src/system/isAlive.ts";
import { bridgeEntry, leaveSettings, listeningPlace, startHost, storageFolder } from "../support/bridgeHost.ts";
import { startGateway } from "../support/relayGateways.ts";
import { startRelay } from "../support/relayWorld.ts";
import { until } from "../support/until.ts";

const textOf = (result: unknown): string => (result as { content: { text: string }[] }).content[0]?.text ?? "";

/** A gateway, a window's relay towards it, and the folder in which the window is announced. */
async function withWindow(
  act: (world: {
    gateway: Awaited<ReturnType<typeof startGateway>>;
    window: Awaited<ReturnType<typeof startRelay>>;
    storage: Awaited<ReturnType<typeof storageFolder>>;
  }) => Promise<void>,
  { era = "legacy" as "legacy" | "modern" } = {},
): Promise<void> {
  const gateway = await startGateway(era);
  const window = await startRelay(gateway.url);
  const storage = await storageFolder();
  try {
    await act({ gateway, window, storage });
  } finally {
    await window.stop();
    await gateway.stop();
    await storage.remove();
  }
}

/** What looks like a window to a bridge and takes nobody in: it shows that a bridge looks for one. */
async function closedDoor(storage: Awaited<ReturnType<typeof storageFolder>>) {
  const path = listeningPlace("closed");
  let knocks = 0;
  const server = createServer().on("upgrade", (_, socket) => {
    knocks += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  await storage.announce({ address: { kind: "unix", directory: tmpdir(), path }, bridgeKey: "00" });
  return { knocks: () => knocks, stop: () => new Promise((resolve) => server.close(resolve)) };
}

for (const era of ["legacy", "modern"] as const) {
  test(`${era} gateway: a host reaches the tools through the bridge, all pages at once, with progress and cancelling`, () =>
    withWindow(
      async ({ gateway, window, storage }) => {
        await storage.announce(window.socket);
        const host = await startHost(bridgeEntry(storage.folder));
        const { tools, nextCursor } = await host.client.listTools();
        const steps: unknown[] = [];
        const enough = new AbortController();
        const slow = host.client.callTool({ name: "slow", arguments: { forever: true } }, undefined, {
          signal: enough.signal,
          onprogress: ({ progress }) => {
            steps.push(progress);
            if (progress === 3) enough.abort();
          },
        });
        await assert.rejects(slow);
        await until(() => gateway.cancelled.length > 0, "the cancelling at the gateway");
        const echoed = await host.client.callTool({ name: "echo", arguments: { a: "ä" } });
        await host.stop();
        assert.deepEqual(
          { tools: tools.length, nextCursor, steps, cancelled: gateway.cancelled, echoed: textOf(echoed) },
          { tools: 9, nextCursor: undefined, steps: [1, 2, 3], cancelled: ["slow"], echoed: '{"a":"ä"}' },
        );
      },
      { era },
    ));
}

test("a name beyond the host's limit is shortened the same way every time, and found again", () =>
  withWindow(async ({ gateway, window, storage }) => {
    const long = `target___${"very_".repeat(12)}long_name`;
    await gateway.addTool(long);
    await storage.announce(window.socket);
    const names: string[] = [];
    for (let round = 0; round < 2; round++) {
      const host = await startHost(bridgeEntry(storage.folder));
      const short = (await host.client.listTools()).tools
        .map(({ name }) => name)
        .find((name) => name.startsWith("target"));
      await host.client.callTool({ name: short ?? "" });
      names.push(short ?? "");
      await host.stop();
    }
    assert.deepEqual(
      { same: names[0] === names[1], fits: (names[0] ?? "").length <= MAX_TOOL_NAME, calls: gateway.calls },
      { same: true, fits: true, calls: [long, long] },
    );
  }));

test("signed out, a host is answered at once from the last list, and the call that needs a sign-in waits for it", () =>
  withWindow(async ({ window, storage }) => {
    await storage.announce(window.socket);
    const before = await startHost(bridgeEntry(storage.folder));
    await before.client.listTools();
    await before.stop();
    window.access.signedIn = false;
    const host = await startHost(bridgeEntry(storage.folder));
    const { tools } = await host.client.listTools();
    const asked = [...window.access.prompts];
    const said = await host.client.callTool({ name: "echo", arguments: { now: 1 } });
    await host.stop();
    assert.deepEqual(
      { tools: tools.length, asked, said: textOf(said), prompts: window.access.prompts },
      { tools: 9, asked: [], said: '{"now":1}', prompts: ["sign_in_needed"] },
    );
  }));

test("a page that has to be opened first is handed on where the host opens pages, and else told in words", () =>
  withWindow(async ({ window, storage }) => {
    await storage.announce(window.socket);
    const plain = await startHost(bridgeEntry(storage.folder));
    const words = await plain.client.callTool({ name: "needs-consent" });
    await plain.stop();
    const able = await startHost(bridgeEntry(storage.folder), { capabilities: { elicitation: { url: {} } } });
    const code = await able.client.callTool({ name: "needs-consent" }).catch((error: { code: number }) => error.code);
    await able.stop();
    assert.deepEqual(
      { words: textOf(words), isError: (words as { isError?: boolean }).isError, code },
      {
        words:
          "needs-consent needs your consent before it can act for you. Expected a consent that was given before. Test names https://example.com/consent as the page to give it at. In its own words: “Allow access”. Open that page in your browser and agree there, then call the tool again.",
        isError: true,
        code: -32042,
      },
    );
  }));

test("a window that closes ends its calls in words, and the next window goes on without the host noticing", () =>
  withWindow(async ({ gateway, window, storage }) => {
    const takeBack = await storage.announce(window.socket);
    const host = await startHost(bridgeEntry(storage.folder));
    await host.client.listTools();
    const pending = host.client
      .callTool({ name: "slow", arguments: { forever: true } })
      .catch((error: Error) => error.message);
    await until(() => gateway.calls.includes("slow"), "the call");
    await takeBack();
    await window.stop();
    const ended = await pending;
    const meanwhile = host.client.callTool({ name: "echo", arguments: { later: true } });
    const door = await closedDoor(storage);
    await until(() => door.knocks() > 1, "the bridge looks for a window again");
    const next = await startRelay(gateway.url);
    await storage.announce(next.socket);
    const answered = textOf(await meanwhile);
    await host.stop();
    await next.stop();
    await door.stop();
    assert.deepEqual(
      { ended: String(ended).includes("window was closed during the call"), answered },
      { ended: true, answered: '{"later":true}' },
    );
  }));

test("of several windows, the one whose folder the host works in is taken, and dead ones are passed over", () =>
  withWindow(async ({ gateway, window, storage }) => {
    const here = join(storage.folder, "project");
    await mkdir(here);
    const other = await startRelay(gateway.url);
    await storage.announce(window.socket, { folders: [here] });
    await storage.announce(other.socket);
    await mkdir(join(storage.folder, "windows"), { recursive: true });
    const dead = spawn(process.execPath, ["--version"]);
    await once(dead, "exit");
    const gone = { pid: dead.pid, socket: "/nowhere", key: "00", folders: [here], since: Date.now() + 1000 };
    await writeFile(join(storage.folder, "windows", "dead.json"), JSON.stringify(gone));
    await writeFile(join(storage.folder, "windows", "broken.json"), "{");
    const host = await startHost(bridgeEntry(storage.folder), { cwd: here });
    await host.client.callTool({ name: "echo" });
    await host.stop();
    await other.stop();
    const sent = [window, other].map(({ access }) => access.sent.includes("tools/call"));
    assert.deepEqual(sent, [true, false]);
  }));

test("whoever listens without the key learns nothing, and whoever asks without it reaches no relay", () =>
  withWindow(async ({ gateway, window, storage }) => {
    let heard = "";
    const place = listeningPlace("impostor");
    const impostor = createServer().on("upgrade", (_, socket) => {
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: gateway-connect-bridge\r\nX-Nonce: 00\r\nX-Proof: 00\r\n\r\nwelcome\n",
      );
      socket.on("data", (chunk: Buffer) => {
        heard += chunk;
      });
      socket.on("error", () => {});
    });
    await new Promise<void>((resolve) => impostor.listen(place, resolve));
    // It is announced as the newest, so that it is asked first.
    await storage.announce(window.socket);
    await writeFile(
      join(storage.folder, "windows", "impostor.json"),
      JSON.stringify({ pid: process.pid, socket: place, key: "ab", folders: [], since: Date.now() + 60_000 }),
    );
    const host = await startHost(bridgeEntry(storage.folder));
    await host.client.callTool({ name: "echo" });
    await host.stop();
    impostor.close();
    await until(() => gateway.sessions.size === 0, "the end of the host's session");

    const intruder = await intrude(window.socket.address.path, "wrong key");
    const header = await intrude(window.socket.address.path, window.socket.bridgeKey, {
      origin: "https://evil.example",
    });
    const known = await intrude(window.socket.address.path, window.socket.bridgeKey);
    assert.deepEqual(
      { heard, intruder, header, known: /"serverInfo"/.test(known) },
      { heard: "", intruder: "closed", header: "400", known: true },
    );
  }));

/** A program that asks for the bridge's door with some key, and begins a session: what it is told. */
async function intrude(socketPath: string, key: string, more: Record<string, string> = {}): Promise<string> {
  const nonce = randomBytes(16).toString("hex");
  const headers = { connection: "Upgrade", upgrade: "gateway-connect-bridge", "x-nonce": nonce, ...more };
  return await new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: "/test", headers });
    asked.on("error", reject);
    asked.on("response", ({ statusCode }) => resolve(String(statusCode)));
    asked.on("upgrade", (answer, socket) => {
      const theirs = String(answer.headers["x-nonce"]);
      socket.write(`${createHmac("sha256", key).update(["bridge", nonce, theirs, "test"].join("\n")).digest("hex")}\n`);
      const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "some", version: "1" } };
      socket.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params })}\n`);
      let told = "";
      socket.on("data", (chunk: Buffer) => {
        told += chunk;
        // It is welcomed first, which may come by itself.
        if (told.trim() === "welcome") return;
        resolve(told);
        socket.destroy();
      });
      socket.on("error", () => {});
      socket.on("close", () => resolve("closed"));
    });
    asked.end();
  });
}

test("the bridge ends with its host, however that ends, and with it the gateway's session", () =>
  withWindow(async ({ gateway, window, storage }) => {
    await storage.announce(window.socket);
    const polite = await startHost(bridgeEntry(storage.folder));
    await polite.client.callTool({ name: "echo" });
    await polite.stop();
    const { command, args, env } = bridgeEntry(storage.folder);
    // A host that is killed: its bridge's standard input closes with it.
    const program = `
      const child = require("node:child_process").spawn(${JSON.stringify(command)}, ${JSON.stringify(args)}, { env: ${JSON.stringify({ ...process.env, ...env })}, stdio: ["pipe", "inherit", "inherit"] });
      console.error("pid " + child.pid);
      child.stdin.write(${JSON.stringify(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "kiro", version: "0" } } })}\n`)});
    `;
    const rude = spawn(process.execPath, ["--eval", program], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    rude.stderr.on("data", (chunk) => {
      said += chunk;
    });
    await once(rude.stdout, "data");
    const pid = Number(/pid (\d+)/.exec(said)?.[1]);
    const was = isAlive(pid);
    rude.kill("SIGKILL");
    await until(() => !isAlive(pid) && !isAlive(polite.pid), "the end of both bridges");
    await until(() => gateway.sessions.size === 0, "the end of the gateway's sessions");
    assert.deepEqual({ was, sessions: gateway.sessions.size }, { was: true, sessions: 0 });
  }));

test("a host that starts before its editor waits for the window", () =>
  withWindow(async ({ window, storage }) => {
    const door = await closedDoor(storage);
    const starting = startHost(bridgeEntry(storage.folder, { waitMs: 20_000 }));
    await until(() => door.knocks() > 1, "the bridge looks for a window again");
    await storage.announce(window.socket);
    const host = await starting;
    const { tools } = await host.client.listTools();
    await host.stop();
    await door.stop();
    assert.equal(tools.length, 9);
  }));

test("a gateway that was removed is told in words, and the host can go on asking", () =>
  withWindow(async ({ window, storage }) => {
    await storage.announce(window.socket);
    const failed = await startHost(bridgeEntry(storage.folder, { id: "gone" })).catch((error: Error) => error.message);
    assert.match(String(failed), /was removed from Gateway Connect/);
  }));

test("without an editor the relay without one takes its place, with what the connection says and nothing secret", async () => {
  const storage = await storageFolder();
  try {
    await mkdir(join(storage.folder, "bridge"));
    // It stands for the bundle: it answers every request with its own arguments.
    await writeFile(
      join(storage.folder, "bridge", "standalone.mjs"),
      `import { createInterface } from "node:readline";
       const said = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS", "GATEWAY_CONNECT_EDITOR"].map((name) => process.env[name]).join(" ");
       createInterface({ input: process.stdin }).on("line", (line) => {
         const { id, method } = JSON.parse(line);
         if (id === undefined) return;
         const result = method === "initialize"
           ? { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: { name: "alone", version: "1" } }
           : { tools: [process.argv.slice(2).join(" "), said].map((name) => ({ name, inputSchema: { type: "object" } })) };
         console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
       });`,
    );
    const authorization = { kind: "oauth", clientId: "app", clientSource: "configured", scopes: ["read", "write"] };
    const url = "https://gw.example/mcp";
    const connection = { id: "test", name: "Test", url, sessionId: "s", sends: "id", authorization };
    await writeFile(join(storage.folder, "connections.json"), JSON.stringify({ connections: [connection] }));
    await leaveSettings(storage.folder, [url]);
    const { env, ...entry } = bridgeEntry(storage.folder, { waitMs: 0 });
    const way = entryEnvironment({
      env: { NO_PROXY: ".corp", NODE_EXTRA_CA_CERTS: "/ca.pem" },
      proxy: "http://p.test:3128",
    });
    // What the host hands on itself comes first.
    const host = await startHost({ ...entry, env: { ...env, ...way, NO_PROXY: "host's own" } });
    const { tools } = await host.client.listTools();
    await host.stop();
    await until(() => !isAlive(host.pid), "the bridge's end");
    assert.deepEqual(
      { server: host.client.getServerVersion()?.name, args: tools[0]?.name, way: tools[1]?.name },
      {
        server: "alone",
        args: "https://gw.example/mcp --client-id app --scopes read write --resource none --use-id-token",
        way: "http://p.test:3128 http://p.test:3128 host's own /ca.pem signed-in",
      },
    );
  } finally {
    await storage.remove();
  }
});

test("a message of the host that is larger than any ends the bridge, which says so", async () => {
  const storage = await storageFolder();
  try {
    const { command, args, env } = bridgeEntry(storage.folder, { waitMs: 60_000 });
    const child = spawn(command, args, { env: { ...process.env, ...env } });
    let [said, written] = ["", 0];
    child.stderr.on("data", (text) => {
      said += text;
    });
    child.stdin.on("error", () => {});
    const piece = Buffer.alloc(1024 * 1024, "x");
    const ended = once(child, "exit");
    const flood = async () => {
      for (; child.exitCode === null && written < 200; written++)
        if (await new Promise((resolve) => child.stdin.write(piece, resolve))) return;
    };
    const [[code]] = await Promise.all([ended, flood()]);
    assert.deepEqual(
      { code, said: /larger than 32 MiB/.test(said), few: written < 64 },
      { code: 1, said: true, few: true },
      `${said} ${written}`,
    );
  } finally {
    await storage.remove();
  }
});

test("while no window is there, no more is taken of the host than may wait", async () => {
  const storage = await storageFolder();
  try {
    const { command, args, env } = bridgeEntry(storage.folder, { waitMs: 60_000 });
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["pipe", "ignore", "ignore"] });
    child.stdin.on("error", () => {});
    const line = `${JSON.stringify({ jsonrpc: "2.0", method: "news", params: { text: "x".repeat(1024 * 1024) } })}\n`;
    let taken = 0;
    let isFlooding = true;
    const flood = async () => {
      for (; isFlooding && taken < 200; taken++) await new Promise((resolve) => child.stdin.write(line, resolve));
    };
    void flood();
    let before = -1;
    // What is not taken any more stays the same.
    await until(
      async () => {
        const now = taken;
        await new Promise((resolve) => setTimeout(resolve, 500));
        const isSame = now === before && now === taken && now > 0;
        before = taken;
        return isSame;
      },
      "the end of what is taken",
      30_000,
    );
    isFlooding = false;
    child.kill("SIGKILL");
    assert.ok(taken >= 30 && taken < 64, `${taken} MiB`);
  } finally {
    await storage.remove();
  }
});
