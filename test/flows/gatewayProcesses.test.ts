import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Target } from "../../src/gateway/router/target.ts";
import { startGateway } from "../../src/gateway/startGateway.ts";
import { isAlive } from "../../src/node/isAlive.ts";
import { connectClient, textOf, until, versions, withGateway } from "../support/gatewayCaller.ts";

const everything: Target = {
  kind: "stdio",
  name: "everything",
  command: process.execPath,
  args: [fileURLToPath(import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js")), "stdio"],
};

test("an editor of today reaches a local process through the gateway with its token", async () => {
  await withGateway({ targets: [everything] }, async ({ gateway, issuer }) => {
    const client = new ClientV1({ name: "editor", version: "1" }, { capabilities: { sampling: {}, elicitation: {} } });
    const transport = new TransportV1(new URL(gateway.url), {
      requestInit: { headers: { authorization: `Bearer ${await issuer.token()}` } },
    });
    await client.connect(transport as unknown as Parameters<ClientV1["connect"]>[0]);
    const progress: number[] = [];
    const { tools } = await client.listTools();
    const { resources } = await client.listResources();
    const { prompts } = await client.listPrompts();
    const seen = {
      server: client.getServerVersion()?.name,
      tools: tools.every(({ name }) => name.startsWith("everything___")) && tools.length > 5,
      prompts: prompts.every(({ name }) => name.startsWith("everything___")) && prompts.length > 0,
      echo: textOf(await client.callTool({ name: "everything___echo", arguments: { message: "hi" } })),
      structured: (
        await client.callTool({ name: "everything___get-structured-content", arguments: { location: "Chicago" } })
      ).structuredContent,
      read: (await client.readResource({ uri: String(resources[0]?.uri) })).contents.length,
      long: textOf(
        await client.callTool(
          { name: "everything___trigger-long-running-operation", arguments: { duration: 0.2, steps: 2 } },
          undefined,
          { onprogress: (step) => void progress.push(step.progress) },
        ),
      ).startsWith("Long running operation completed"),
      progress,
    };
    await transport.terminateSession();
    await client.close();
    assert.deepEqual(
      { ...seen, structured: typeof (seen.structured as { temperature?: unknown } | undefined)?.temperature },
      {
        server: "gateway",
        tools: true,
        prompts: true,
        echo: "Echo: hi",
        structured: "number",
        read: 1,
        long: true,
        progress: [1, 2],
      },
    );
  });
});

const localProcess = {
  kind: "stdio",
  name: "process",
  command: process.execPath,
  args: ["--import", "tsx", fileURLToPath(new URL("../support/processTarget.ts", import.meta.url))],
  env: { OWN_SECRET: "its own" },
} satisfies Target;

const askProcess = async (client: Awaited<ReturnType<typeof connectClient>>) =>
  JSON.parse(textOf(await client.callTool({ name: "process___pid" }))) as { pid: number; own?: string; ours?: string };

test("a local process gets its own secrets and none of ours, and ends with the session it was started for", async () => {
  process.env.SECRET_OF_GATEWAY = "ours";
  const gateway = await startGateway({ targets: [localProcess] });
  const first = await connectClient(gateway.url, "2025-11-25");
  const second = await connectClient(gateway.url, "2026-07-28");
  const one = await askProcess(first);
  const two = await askProcess(second);
  await (first.transport as { terminateSession?: () => Promise<void> }).terminateSession?.();
  await first.close();
  await until(() => !isAlive(one.pid), "the end of the first process");
  const secondLives = isAlive(two.pid);
  await second.close();
  await gateway.stop();
  await until(() => !isAlive(two.pid), "the end of the second process");
  assert.deepEqual(
    { different: one.pid !== two.pid, secondLives, own: one.own, ours: one.ours },
    { different: true, secondLives: true, own: "its own", ours: undefined },
  );
});

for (const version of versions) {
  test(`${version}: a local process that ends during a call fails that call, and the next one has a new process`, async () => {
    const gateway = await startGateway({ targets: [localProcess] });
    const client = await connectClient(gateway.url, version);
    const before = await askProcess(client);
    const { isError } = await client.callTool({ name: "process___exit" });
    const after = await askProcess(client);
    await client.close();
    await gateway.stop();
    assert.deepEqual({ isError, restarted: before.pid !== after.pid }, { isError: true, restarted: true });
  });

  test(`${version}: a local process that speaks only 2026-07-28 is spoken to in that`, async () => {
    const modern: Target = { ...localProcess, args: [...localProcess.args, "modern"] };
    const gateway = await startGateway({ targets: [modern] });
    const client = await connectClient(gateway.url, version);
    const { own } = await askProcess(client);
    await client.close();
    await gateway.stop();
    assert.equal(own, "its own");
  });

  test(`${version}: progress that comes in one piece with the answer is told before it`, async () => {
    const gateway = await startGateway({ targets: [localProcess] });
    const client = await connectClient(gateway.url, version);
    const told: string[] = [];
    for (let turn = 0; turn < 10; turn++) {
      await client.callTool({ name: "process___burst" }, { onprogress: () => void told.push("progress") });
      told.push("answer");
    }
    await client.close();
    await gateway.stop();
    assert.deepEqual(told, Array(10).fill(["progress", "answer"]).flat());
  });
}

test("a local process that never says a word ends with the gateway", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gateway-"));
  const pidFile = join(folder, "pid");
  const write = "require('fs').writeFileSync(process.env.PID_FILE, String(process.pid)); setInterval(() => {}, 1000)";
  const gateway = await startGateway({
    targets: [
      { kind: "stdio", name: "mute", command: process.execPath, args: ["-e", write], env: { PID_FILE: pidFile } },
    ],
  });
  const client = await connectClient(gateway.url, "2025-11-25");
  const call = client.callTool({ name: "mute___x" }).catch(() => "no answer");
  const pid = () => (existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8")) : 0);
  await until(() => pid() > 0, "its start");
  await gateway.stop();
  await until(() => !isAlive(pid()), "its end");
  await client.close();
  await rm(folder, { recursive: true });
  assert.equal(await call, "no answer");
});
