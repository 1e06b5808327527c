import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { inputRequired, Server } from "@modelcontextprotocol/server";
import type { Target } from "../../src/gateway/router/target.ts";
import { startGateway } from "../../src/gateway/startGateway.ts";
import { connectClient, echoTarget, textOf, versions, withGateway } from "../support/gatewayCaller.ts";
import { testProgram } from "../support/programs.ts";
import { startGateway as startHttpTarget } from "../support/relayGateways.ts";
import { until } from "../support/until.ts";

/** A server in this process with one tool, `who`, which asks for a name and says it. */
const asking: Target = {
  kind: "inProcess",
  name: "asks",
  create: () => {
    const server = new Server({ name: "asks", version: "1" }, { capabilities: { tools: {} } });
    server.setRequestHandler("tools/call", async (_request, { mcpReq }) => {
      const answer = mcpReq.inputResponses?.name as { content?: { name?: string } } | undefined;
      if (answer !== undefined) return { content: [{ type: "text" as const, text: String(answer.content?.name) }] };
      const requestedSchema = { type: "object" as const, properties: { name: { type: "string" as const } } };
      return inputRequired({ inputRequests: { name: inputRequired.elicit({ message: "Who?", requestedSchema }) } });
    });
    return server;
  },
};

for (const version of versions) {
  test(`${version}: targets that are dead, silent or broken cost the others nothing`, async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const logged: string[] = [];
    const gateway = await startGateway({
      listTimeoutMs: 1500,
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
    const listed = async (name: string) =>
      await until(async () => {
        const names = await list();
        return names.includes(name) && names;
      }, `a tool of ${name}`);
    const first = await listed("away");
    answers();
    const second = await listed("late");
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

test("the log says why each target failed, with the last words of a process, and no secret of a target is in it", async () => {
  const secret = "s3cr3t-of-the-target";
  const echoing = createServer((request, response) => {
    response.writeHead(503).end(`overloaded, and you sent ${request.headers["x-api-key"]}`);
  });
  const silent = createServer(() => {});
  const closed = createServer();
  const places: string[] = [];
  for (const server of [echoing, silent, closed]) {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    places.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
  }
  const [busy = "", mute = "", gone = ""] = places;
  await new Promise((resolve) => closed.close(resolve));
  const complains = "console.error('no database at ' + process.env.DATABASE_URL); process.exitCode = 3";
  const logged: Record<string, unknown>[] = [];
  const gateway = await startGateway({
    listTimeoutMs: 200,
    callTimeoutMs: 2000,
    log: (message, facts) => logged.push({ message, ...facts }),
    targets: [
      { kind: "stdio", name: "missing", command: "/no/such/program", env: { KEY: secret } },
      {
        kind: "stdio",
        name: "ends",
        command: process.execPath,
        args: ["-e", complains],
        env: { DATABASE_URL: secret },
      },
      { kind: "http", name: "dead", url: gone },
      { kind: "http", name: "busy", url: busy, headers: { "x-api-key": secret } },
      { kind: "http", name: "mute", url: mute },
    ],
  });
  const client = await connectClient(gateway.url, "2025-11-25");
  const told = await client.listTools().catch((error: Error) => error.message);
  for (const name of ["missing", "ends", "dead", "busy", "mute"]) await client.callTool({ name: `${name}___x` });
  await client.close();
  await gateway.stop();
  for (const server of [echoing, silent]) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  const wanted = {
    missing: /ENOENT/,
    ends: /the process ended with code 3/,
    dead: /ECONNREFUSED 127.0.0.1:\d+/,
    busy: /503/,
    mute: /no answer within (200|2000) ms/,
  };
  const reasons = (name: string) => logged.filter(({ target }) => target === name).map(({ error }) => String(error));
  const unknown = Object.entries(wanted).filter(([name, reason]) => !reasons(name).some((one) => reason.test(one)));
  // It may have been late before it had started.
  const lastWords = logged.find(({ target, stderr }) => target === "ends" && stderr)?.stderr;
  assert.deepEqual(
    {
      unknown: unknown.map(([name]) => [name, reasons(name)]),
      lastWords,
      late: logged.some(({ message, target }) => message === "target late" && target === "mute"),
      secret: JSON.stringify(logged).includes(secret),
      told,
    },
    {
      unknown: [],
      lastWords: ["no database at [redacted]"],
      late: true,
      secret: false,
      told: "An internal error occurred. Please retry later.",
    },
  );
});

test("a process that ends between two calls is in the log with its reason", async () => {
  const logged: Record<string, unknown>[] = [];
  const args = [testProgram("test/support/processTarget.ts")];
  const gateway = await startGateway({
    log: (message, facts) => logged.push({ message, ...facts }),
    targets: [{ kind: "stdio", name: "process", command: process.execPath, args: [...args, "says here I am"] }],
  });
  const client = await connectClient(gateway.url, "2025-11-25");
  const { pid } = JSON.parse(textOf(await client.callTool({ name: "process___pid" }))) as { pid: number };
  process.kill(pid, "SIGKILL");
  await until(() => logged.length > 0, "the line");
  await client.close();
  await gateway.stop();
  assert.deepEqual(logged, [
    {
      message: "target lost",
      target: "process",
      error: "the connection ended: the process was ended by SIGKILL",
      stderr: ["here I am"],
    },
  ]);
});

test("a state that one person was given is worth nothing in another's hands", async () => {
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
