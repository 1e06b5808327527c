import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { MOST_PROCESSES } from "../../src/gateway/router/processes.ts";
import type { Target } from "../../src/gateway/router/target.ts";
import { MOST_EXCLUSIVE } from "../../src/gateway/router/targetPool.ts";
import { startGateway } from "../../src/gateway/startGateway.ts";
import { isAlive } from "../../src/system/isAlive.ts";
import { bulk } from "../support/bulk.ts";
import { connectClient, textOf, versions, withGateway } from "../support/gatewayCaller.ts";
import { testProgram } from "../support/programs.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { until } from "../support/until.ts";

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
  args: [testProgram("test/support/processTarget.ts")],
  env: { OWN_SECRET: "its own" },
} satisfies Target;

const askProcess = async (client: Awaited<ReturnType<typeof connectClient>>) =>
  JSON.parse(textOf(await client.callTool({ name: "process___pid" }))) as { pid: number; own?: string; ours?: string };

test("a local process gets its own secrets and none of ours, and ends with the session it was started for", async (t) => {
  process.env.SECRET_OF_GATEWAY = "ours";
  t.after(() => delete process.env.SECRET_OF_GATEWAY);
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
  const folder = makeTemporaryFolder("gateway");
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

const times = (count: number) => Array.from({ length: count }, (_, at) => at);

test("calls without a session that come together share one process, and nobody else's calls are in it", async () => {
  await withGateway({ targets: [localProcess] }, async ({ issuer, post }) => {
    const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "process___pid" } };
    const pids = async (sub: string) => {
      const token = await issuer.token({ sub });
      const answers = await Promise.all(times(bulk(250)).map(() => post(token, message)));
      return answers.map(({ body }) => JSON.parse(textOf((body as { result: unknown }).result)).pid as number);
    };
    const [ada, eve] = await Promise.all([pids("ada"), pids("eve")]);
    assert.deepEqual(
      { ada: new Set(ada).size, eve: new Set(eve).size, shared: ada.filter((pid) => eve.includes(pid)) },
      { ada: 1, eve: 1, shared: [] },
    );
  });
});

test("2026-07-28: calls during which a process may ask share a few of them, and each question reaches its own call", async () => {
  await withGateway({ targets: [localProcess] }, async ({ gateway, issuer }) => {
    const client = await connectClient(gateway.url, "2026-07-28", await issuer.token({ sub: "ada" }), (prepared) =>
      prepared.setRequestHandler("elicitation/create", async ({ params }) => ({
        action: "accept",
        content: { it: `${params.message}!` },
      })),
    );
    const calls = times(12).map(async (at) =>
      JSON.parse(textOf(await client.callTool({ name: "process___ask", arguments: { it: String(at) } }))),
    );
    const answers = (await Promise.all(calls)) as { pid: number; said: string }[];
    await client.close();
    assert.deepEqual(
      { said: answers.map(({ said }) => said), processes: new Set(answers.map(({ pid }) => pid)).size },
      { said: times(12).map((at) => `${at}!`), processes: MOST_EXCLUSIVE },
    );
  });
});

test("sessions that nobody ends leave so many processes and no more, and each of them is still answered", async () => {
  await withGateway({ targets: [localProcess] }, async ({ issuer, post }) => {
    const call = { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "process___pid" } };
    const open = async (sub: string) => {
      const token = await issuer.token({ sub });
      const headers = { "mcp-session-id": (await post(token)).session ?? "" };
      return async () => {
        const { body } = await post(token, call, headers);
        const result = typeof body === "string" ? JSON.parse(/^data: (.+)$/m.exec(body)?.[1] ?? "") : body;
        return JSON.parse(textOf((result as { result: unknown }).result)).pid as number;
      };
    };
    const other = await (await open("eve"))();
    const sessions = await Promise.all(times(MOST_PROCESSES + 3).map(() => open("ada")));
    const pids: number[] = [];
    for (const session of sessions) pids.push(await session());
    await until(() => pids.filter(isAlive).length === MOST_PROCESSES, "the end of those that were idle for longest");
    const left = pids.map(isAlive);
    const again = await (sessions[0] as (typeof sessions)[number])();
    await until(() => pids.filter(isAlive).length === MOST_PROCESSES - 1, "the end of one more");
    assert.deepEqual(
      { left, isNew: !pids.includes(again), others: isAlive(other) },
      { left: [...times(3).map(() => false), ...times(MOST_PROCESSES).map(() => true)], isNew: true, others: true },
    );
  });
});
