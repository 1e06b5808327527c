import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { type CallToolResult, inputRequired, Server } from "@modelcontextprotocol/server";
import type { Target } from "../../src/gateway/router/target.ts";
import { startGateway } from "../../src/gateway/startGateway.ts";
import { connectClient, echoTarget, textOf, until, versions, withGateway } from "../support/gatewayCaller.ts";
import { startGateway as startHttpTarget } from "../support/relayGateways.ts";

const everything: Target = {
  kind: "stdio",
  name: "everything",
  command: process.execPath,
  args: [fileURLToPath(import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js")), "stdio"],
};

/** A server in this process whose tools are these functions. */
function tools(name: string, handlers: Record<string, (ctx: never) => Promise<unknown>>): Target {
  return {
    kind: "inProcess",
    name,
    create: () => {
      const server = new Server({ name, version: "1" }, { capabilities: { tools: { listChanged: true } } });
      server.setRequestHandler("tools/list", async () => ({
        tools: Object.keys(handlers).map((tool) => ({ name: tool, inputSchema: { type: "object" as const } })),
      }));
      server.setRequestHandler("tools/call", async ({ params }, ctx): Promise<CallToolResult> => {
        const said = await handlers[params.name]?.({ ...ctx, server, args: params.arguments } as never);
        if (typeof said !== "string") return said as CallToolResult;
        return { content: [{ type: "text", text: said }] };
      });
      return server;
    },
  };
}

const textAnswer = (text: string) => ({ content: [{ type: "text", text }] });

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

for (const version of versions) {
  test(`${version}: targets that are dead, silent or broken cost the others nothing`, async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const logged: string[] = [];
    const gateway = await startGateway({
      listTimeoutMs: 300,
      log: (message, { target }) => logged.push(`${message}: ${target}`),
      targets: [
        { kind: "http", name: "dead", url: "http://127.0.0.1:1/mcp" },
        { kind: "http", name: "silent", url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/mcp` },
        { kind: "stdio", name: "ends", command: process.execPath, args: ["-e", ""] },
        { kind: "stdio", name: "missing", command: "/no/such/program" },
        {
          kind: "inProcess",
          name: "throws",
          create: () => {
            throw new Error("not today");
          },
        },
        echoTarget(),
      ],
    });
    const client = await connectClient(gateway.url, version);
    const internal = "An internal error occurred. Please retry later.";
    const failed = async (name: string) => {
      const { isError, ...result } = await client.callTool({ name });
      return [isError, textOf(result)];
    };
    const cancel = new AbortController();
    const hanging = client.callTool({ name: "silent___x" }, { signal: cancel.signal }).catch(() => "gave up");
    const seen = {
      tools: (await client.listTools()).tools.map(({ name }) => name),
      dead: await failed("dead___x"),
      ends: await failed("ends___x"),
      missing: await failed("missing___x"),
      throws: await failed("throws___x"),
      echo: textOf(await client.callTool({ name: "here___echo", arguments: { still: "here" } })),
      resource: await client.readResource({ uri: "test://x" }).catch(({ code }) => code),
    };
    cancel.abort("enough");
    const silentCall = await hanging;
    await client.close();
    await gateway.stop();
    // It ends only when nobody is connected any more: the gateway has let go of it.
    await new Promise((resolve) => silent.close(resolve));
    assert.deepEqual(
      {
        ...seen,
        silentCall,
        logged: ["dead", "ends", "missing", "throws"].filter((one) => !logged.join().includes(one)),
      },
      {
        tools: ["here___echo", "here___context"],
        dead: [true, internal],
        ends: [true, internal],
        missing: [true, internal],
        throws: [true, internal],
        echo: '{"still":"here"}',
        resource: -32602,
        silentCall: "gave up",
        logged: [],
      },
    );
  });

  test(`${version}: a target that was late is in the next list, and one that went away keeps its place`, async () => {
    const target = await startHttpTarget("legacy");
    let answers = () => {};
    const ready = new Promise<void>((resolve) => {
      answers = resolve;
    });
    const late: Target = {
      kind: "inProcess",
      name: "late",
      create: () => {
        const server = new Server({ name: "late", version: "1" }, { capabilities: { tools: {} } });
        server.setRequestHandler("tools/list", async () => {
          await ready;
          return { tools: [{ name: "x", inputSchema: { type: "object" as const } }] };
        });
        return server;
      },
    };
    const targets: Target[] = [late, { kind: "http", name: "away", url: target.url }];
    const gateway = await startGateway({ listTimeoutMs: 500, targets });
    const client = await connectClient(gateway.url, version);
    const list = async () => {
      const { tools } = await client.listTools(undefined, { cacheMode: "bypass" });
      return [...new Set(tools.map(({ name }) => name.split("___")[0]))];
    };
    const first = await list();
    answers();
    let second = await list();
    for (let turn = 0; turn < 50 && !second.includes("late"); turn++) second = await list();
    await target.stop();
    const third = await list();
    await client.close();
    await gateway.stop();
    assert.deepEqual({ first, second, third }, { first: ["away"], second: ["late", "away"], third: ["late", "away"] });
  });

  test(`${version}: a target that forgot its sessions is connected to again`, async () => {
    const target = await startHttpTarget("legacy");
    const gateway = await startGateway({ targets: [{ kind: "http", name: "all", url: target.url }] });
    const client = await connectClient(gateway.url, version);
    const echo = async () => textOf(await client.callTool({ name: "all___echo", arguments: { n: 1 } }));
    const before = await echo();
    await target.forgetSessions();
    const after = await echo();
    await client.close();
    await gateway.stop();
    await target.stop();
    assert.deepEqual(
      { before, after, calls: target.calls },
      { before: '{"n":1}', after: '{"n":1}', calls: ["echo", "echo"] },
    );
  });

  test(`${version}: what a target keeps for one person is not there for another`, async () => {
    const remembering: Target = {
      kind: "inProcess",
      name: "memory",
      create: () => {
        const kept: unknown[] = [];
        const server = new Server({ name: "memory", version: "1" }, { capabilities: { tools: {} } });
        server.setRequestHandler("tools/call", async ({ params }) => {
          kept.push(params.arguments?.what);
          return { content: [{ type: "text" as const, text: kept.join() }] };
        });
        return server;
      },
    };
    await withGateway({ targets: [remembering] }, async ({ gateway, issuer }) => {
      const connect = async (sub: string) => await connectClient(gateway.url, version, await issuer.token({ sub }));
      const ada = await connect("ada");
      const eve = await connect("eve");
      const keep = async (client: typeof ada, what: string) =>
        textOf(await client.callTool({ name: "memory___keep", arguments: { what } }));
      const seen = [await keep(ada, "a"), await keep(eve, "e"), await keep(ada, "b"), await keep(eve, "f")];
      await ada.close();
      await eve.close();
      assert.deepEqual(seen, ["a", "e", "a,b", "e,f"]);
    });
  });

  test(`${version}: questions of calls that run at the same time reach the person whose call asked`, async () => {
    const asking = tools("asks", {
      who: async (ctx: { mcpReq: { inputResponses?: Record<string, { content?: { name?: string } }> } }) => {
        const answer = ctx.mcpReq.inputResponses?.name;
        if (answer !== undefined) return textAnswer(String(answer.content?.name));
        return inputRequired({
          inputRequests: {
            name: inputRequired.elicit({
              message: "Who are you?",
              requestedSchema: { type: "object", properties: { name: { type: "string" } } },
            }),
          },
        });
      },
    });
    await withGateway({ targets: [asking] }, async ({ gateway, issuer }) => {
      const connect = async (name: string) =>
        await connectClient(gateway.url, version, await issuer.token({ sub: name }), (client) =>
          client.setRequestHandler("elicitation/create", async () => ({ action: "accept", content: { name } })),
        );
      const people = await Promise.all(["ada", "eve", "joe"].map(connect));
      const calls = people.flatMap((client) => [1, 2].map(() => client.callTool({ name: "asks___who" })));
      const seen = (await Promise.all(calls)).map(textOf);
      for (const client of people) await client.close();
      assert.deepEqual(seen, ["ada", "ada", "eve", "eve", "joe", "joe"]);
    });
  });
}

test("a state that one person was given is worth nothing in another's hands", async () => {
  const asking = tools("asks", {
    who: async (ctx: { mcpReq: { inputResponses?: Record<string, { content?: { name?: string } }> } }) => {
      const answer = ctx.mcpReq.inputResponses?.name;
      if (answer !== undefined) return textAnswer(String(answer.content?.name));
      return inputRequired({
        inputRequests: {
          name: inputRequired.elicit({ message: "Who?", requestedSchema: { type: "object", properties: {} } }),
        },
      });
    },
  });
  await withGateway({ targets: [asking] }, async ({ issuer, post }) => {
    const send = async (sub: string, more: Record<string, unknown> = {}) => {
      const message = {
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: {
          name: "asks___who",
          ...more,
          _meta: {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": { name: "raw", version: "1" },
            "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } },
          },
        },
      };
      const headers = { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": "asks___who" };
      const { body } = await post(await issuer.token({ sub }), message, headers);
      return body as { result?: Record<string, unknown>; error?: { code: number } };
    };
    const asked = await send("ada");
    const retry = {
      requestState: asked.result?.requestState,
      inputResponses: { question: { action: "accept", content: { name: "somebody" } } },
    };
    const stolen = await send("eve", retry);
    const own = await send("ada", retry);
    const again = await send("ada", retry);
    assert.deepEqual(
      {
        asked: asked.result?.resultType,
        stolen: stolen.error?.code,
        own: textOf(own.result),
        again: again.error?.code,
      },
      { asked: "input_required", stolen: -32602, own: "somebody", again: -32602 },
    );
  });
});

const localProcess: Target = {
  kind: "stdio",
  name: "process",
  command: process.execPath,
  args: ["--import", "tsx", fileURLToPath(new URL("../support/processTarget.ts", import.meta.url))],
  env: { OWN_SECRET: "its own" },
};

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
  await until(() => !alive(one.pid), "the end of the first process");
  const secondLives = alive(two.pid);
  await second.close();
  await gateway.stop();
  await until(() => !alive(two.pid), "the end of the second process");
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
  await until(() => !alive(pid()), "its end");
  await client.close();
  await rm(folder, { recursive: true });
  assert.equal(await call, "no answer");
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
