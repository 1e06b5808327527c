import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { type CallToolResult, createMcpHandler, Server } from "@modelcontextprotocol/server";
import type { Target } from "../../src/gateway/router/target.ts";
import { startGateway } from "../../src/gateway/startGateway.ts";
import { MAX_LISTED_TEXT } from "../../src/lib/limits.ts";
import { connectClient, echoTarget, textOf, versions, withGateway } from "../support/gatewayCaller.ts";
import { startGateway as startHttpTarget } from "../support/relayGateways.ts";
import { until } from "../support/until.ts";

/** A target in this process with so many tools. */
const many = (name: string, count: number, description = "Does nothing"): Target => ({
  kind: "inProcess",
  name,
  create: () => {
    const server = new Server({ name, version: "1" }, { capabilities: { tools: {} } });
    server.setRequestHandler("tools/list", async () => ({
      tools: Array.from({ length: count }, (_, at) => ({
        name: `tool${at}`,
        description: at === 40 ? "Sends a parcel" : description,
        inputSchema: { type: "object" as const },
      })),
    }));
    server.setRequestHandler("tools/call", async () => ({ content: [] }));
    return server;
  },
});

/** A target that never answers a call, and notices when nobody waits any more. */
const mute = (noticed: { cancelled: number }): Target => ({
  kind: "inProcess",
  name: "mute",
  callTimeoutMs: 50,
  create: () => {
    const server = new Server({ name: "mute", version: "1" }, { capabilities: { tools: {}, prompts: {} } });
    const never = async (_request: unknown, { mcpReq }: { mcpReq: { signal: AbortSignal } }): Promise<never> =>
      await new Promise((_, reject) => {
        mcpReq.signal.addEventListener("abort", () => {
          noticed.cancelled++;
          reject(new Error("cancelled"));
        });
      });
    server.setRequestHandler("tools/call", never);
    server.setRequestHandler("prompts/get", never);
    return server;
  },
});

const internal = "An internal error occurred. Please retry later.";

for (const version of versions) {
  test(`${version}: a long list comes in pages, and a cursor that no page gave is refused`, async () => {
    const gateway = await startGateway({ targets: [many("a", 25), many("b", 45)] });
    const whole = await startGateway({ targets: [many("a", 25), many("b", 45)], pageSize: 0 });
    const client = await connectClient(gateway.url, version);
    const pages: number[] = [];
    const names = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await client.request({ method: "tools/list", params: cursor === undefined ? {} : { cursor } });
      pages.push(page.tools.length);
      for (const { name } of page.tools) names.add(name);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    const madeUp = await client
      .request({ method: "tools/list", params: { cursor: "made-up" } })
      .catch(({ code }: { code: number }) => code);
    const other = await connectClient(whole.url, version);
    const onePage = (await other.request({ method: "tools/list", params: {} })).tools.length;
    for (const one of [client, other]) await one.close();
    for (const one of [gateway, whole]) await one.stop();
    assert.deepEqual(
      { pages, names: names.size, madeUp, onePage },
      { pages: [30, 30, 10], names: 70, madeUp: -32602, onePage: 70 },
    );
  });

  test(`${version}: a target that never answers costs a call its time and no more, and is told that it is over`, async () => {
    const noticed = { cancelled: 0 };
    const gateway = await startGateway({ targets: [mute(noticed), echoTarget()] });
    const client = await connectClient(gateway.url, version);
    const tool = client.callTool({ name: "mute___x" });
    const prompt = client.getPrompt({ name: "mute___y" }).catch(({ code, message }) => [code, message]);
    const seen = {
      others: textOf(await client.callTool({ name: "here___echo", arguments: { n: 1 } })),
      tool: await tool.then((result) => [result.isError, textOf(result)]),
      prompt: await prompt,
    };
    await until(() => noticed.cancelled === 2, "the cancelling");
    await client.close();
    await gateway.stop();
    assert.deepEqual(
      { ...seen, prompt: [(seen.prompt as unknown[])[0], String((seen.prompt as unknown[])[1]).includes(internal)] },
      { others: '{"n":1}', tool: [true, internal], prompt: [-32603, true] },
    );
  });

  test(`${version}: what went wrong behind the gateway is told at the exception level DEBUG alone`, async () => {
    const place = `127.0.0.1:${await freePort()}`;
    const targets: Target[] = [{ kind: "http", name: "dead", url: `http://${place}/mcp` }];
    const told: unknown[] = [];
    for (const exceptionLevel of [undefined, "DEBUG"] as const) {
      const gateway = await startGateway({ targets, ...(exceptionLevel && { exceptionLevel }) });
      const client = await connectClient(gateway.url, version);
      const result = await client.callTool({ name: "dead___x" });
      const refused = await client.getPrompt({ name: "dead___y" }).catch(({ message }) => message);
      told.push({ text: textOf(result), debug: result._meta?.debug, refused: String(refused).replace(/^.*?: /, "") });
      await client.close();
      await gateway.stop();
    }
    const [plain, debug] = told as { text: string; debug: { type: string; text: string }; refused: string }[];
    assert.deepEqual(
      {
        plain: { ...plain, refused: plain?.refused.endsWith(internal) || plain?.refused },
        named: debug?.text.startsWith("The target dead failed: ") && debug.text.includes(place),
        same: debug?.debug.type === "text" && debug.debug.text === debug.text,
        refused: debug?.refused.includes(place),
      },
      { plain: { text: internal, debug: undefined, refused: true }, named: true, same: true, refused: true },
    );
  });

  test(`${version}: a gateway whose search type is SEMANTIC lists the search first, and it finds tools`, async () => {
    const gateway = await startGateway({ targets: [many("a", 45), echoTarget()], searchType: "SEMANTIC" });
    const without = await startGateway({ targets: [many("a", 1)] });
    const search = { name: "x_amz_bedrock_agentcore_search", arguments: { query: "send a parcel" } };
    const client = await connectClient(gateway.url, version);
    const plain = await connectClient(without.url, version);
    const result = await client.callTool(search);
    const seen = {
      first: (await client.listTools()).tools[0]?.name,
      found: (result.structuredContent as { tools: { name: string }[] }).tools.map(({ name }) => name),
      same: JSON.stringify(result.structuredContent) === textOf(result),
      badQuery: await client.callTool({ ...search, arguments: { query: 7 } }).catch(({ code }) => code),
      off: await plain.callTool(search).catch(({ code }) => code),
      notListed: (await plain.listTools()).tools.map(({ name }) => name),
    };
    for (const one of [client, plain]) await one.close();
    for (const one of [gateway, without]) await one.stop();
    assert.deepEqual(seen, {
      first: "x_amz_bedrock_agentcore_search",
      found: ["a___tool40"],
      same: true,
      badQuery: -32602,
      off: -32602,
      notListed: ["a___tool0"],
    });
  });

  test(`${version}: the gateway's instructions reach whoever connects`, async () => {
    const gateway = await startGateway({ targets: [], instructions: "Ask before you buy." });
    const client = await connectClient(gateway.url, version);
    const instructions = client.getInstructions();
    await client.close();
    await gateway.stop();
    assert.equal(instructions, "Ask before you buy.");
  });

  test(`${version}: no request to a target has the caller's token or its session, in a header or anywhere else`, async () => {
    const recorded: { headers: string; body: string }[] = [];
    const handler = createMcpHandler(() => {
      const server = new Server({ name: "recorder", version: "1" }, { capabilities: { tools: {}, resources: {} } });
      server.setRequestHandler("tools/list", async () => ({
        tools: [{ name: "x", inputSchema: { type: "object" as const } }],
      }));
      server.setRequestHandler("tools/call", async (): Promise<CallToolResult> => ({ content: [] }));
      server.setRequestHandler("resources/list", async () => ({ resources: [] }));
      return server;
    });
    const recorder = createServer(async (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString();
      recorded.push({ headers: JSON.stringify(incoming.rawHeaders), body });
      const response = await handler.fetch(webRequest(incoming, body));
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(Buffer.from(await response.arrayBuffer()));
    });
    await new Promise<void>((resolve) => recorder.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(recorder.address() as AddressInfo).port}/mcp`;
    const target: Target = { kind: "http", name: "recorder", url, headers: { authorization: "Bearer its-own" } };
    await withGateway({ targets: [target] }, async ({ gateway, issuer }) => {
      const token = await issuer.token({ sub: "ada" });
      const client = await connectClient(gateway.url, version, token);
      await client.listTools();
      await client.listResources();
      await client.callTool({ name: "recorder___x", arguments: { a: 1 } });
      const session = (client.transport as { sessionId?: string }).sessionId;
      await client.close();
      const all = recorded.map(({ headers, body }) => headers + body).join("\n");
      assert.deepEqual(
        {
          reached: all.includes('"tools/call"'),
          withItsOwn: recorded.every(({ headers }) => headers.includes("Bearer its-own")),
          token: all.includes(token),
          parts: token.split(".").filter((part) => all.includes(part)),
          session: session !== undefined && all.includes(session),
          subject: all.includes("ada"),
        },
        { reached: true, withItsOwn: true, token: false, parts: [], session: false, subject: false },
      );
    });
    recorder.closeAllConnections();
    await new Promise((resolve) => recorder.close(resolve));
    await handler.close();
  });
}

function webRequest(incoming: IncomingMessage, body: string): Request {
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const method = incoming.method ?? "GET";
  return new Request(`http://127.0.0.1${incoming.url}`, { method, headers, ...(body !== "" && { body }) });
}

test("a list that is to be on one page is on several where one would be larger than any is read, and the log says so", async () => {
  const logged: string[] = [];
  const gateway = await startGateway({
    targets: [many("a", 50, "a".repeat(100_000)), many("b", 50, "b".repeat(100_000))],
    pageSize: 0,
    log: (message, facts) => logged.push(`${message} ${JSON.stringify(facts)}`),
  });
  const ask = async (cursor?: string) => {
    const answer = await fetch(gateway.url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: { cursor } }),
    });
    return await answer.text();
  };
  const first = await ask();
  const [, cursor = ""] = /"nextCursor":"(\d+)"/.exec(first) ?? [];
  const second = await ask(cursor);
  await gateway.stop();
  const named = `${first}${second}`.match(/"name":"[ab]___tool\d+"/g) ?? [];
  assert.deepEqual(
    {
      fits: [first, second].map((one) => one.length < MAX_LISTED_TEXT),
      tools: [named.length, new Set(named).size],
      goesOn: second.includes("nextCursor"),
      logged: logged.filter((one) => one.startsWith("list in pages")),
    },
    {
      fits: [true, true],
      tools: [100, 100],
      goesOn: false,
      logged: [`list in pages {"method":"tools/list","items":100,"onFirstPage":${cursor}}`],
    },
  );
});

test("a session lasts as long as the gateway says, counted from its start", async () => {
  let now = Date.now();
  await withGateway({ now: () => now, sessionTimeoutSeconds: 900 }, async ({ issuer, post }) => {
    const token = await issuer.token({ exp: Math.floor(now / 1000) + 24 * 3600 });
    const session = { "mcp-session-id": (await post(token)).session ?? "" };
    const list = { jsonrpc: "2.0", id: 3, method: "tools/list" };
    const seen: number[] = [];
    for (const seconds of [899, 1]) {
      now += seconds * 1000;
      seen.push((await post(token, list, session)).status);
    }
    assert.deepEqual(seen, [200, 404]);
  });
});

test("a target that fails again and again is left alone for a while, whoever asks", async () => {
  let now = 1_000_000;
  let attempts = 0;
  const broken: Target = {
    kind: "inProcess",
    name: "broken",
    create: () => {
      attempts++;
      now++;
      throw new Error("not today");
    },
  };
  const gateway = await startGateway({ targets: [broken], now: () => now, exceptionLevel: "DEBUG" });
  const ada = await connectClient(gateway.url, "2025-11-25");
  const eve = await connectClient(gateway.url, "2026-07-28");
  const call = async (client: typeof ada) => {
    now++;
    return textOf(await client.callTool({ name: "broken___x" }));
  };
  const told = [await call(ada), await call(eve), await call(ada), await call(eve)];
  const during = attempts;
  now += 60_000;
  await call(ada);
  for (const client of [ada, eve]) await client.close();
  await gateway.stop();
  const away = "The target broken failed: it could not be reached, and is tried again in 1 s";
  assert.deepEqual(
    { told, during, after: attempts },
    { told: [...Array(2).fill("The target broken failed: not today"), away, away], during: 2, after: 3 },
  );
});

test("a request without a session is answered where sessions are not asked for, as a script sends it", async () => {
  const seen: unknown[] = [];
  for (const options of [{}, { sessionTimeoutSeconds: 900 }]) {
    await withGateway(options, async ({ gateway, issuer }) => {
      const token = await issuer.token();
      const send = async (message: object, headers: Record<string, string> = {}) => {
        const response = await fetch(gateway.url, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${token}`, ...headers },
          body: JSON.stringify({ jsonrpc: "2.0", ...message }),
        });
        const text = await response.text();
        const { result, error } = (text === "" ? {} : JSON.parse(text)) as { result?: unknown; error?: unknown };
        return [response.status, result ?? (error as { code?: number } | undefined)?.code];
      };
      const call = { id: 1, method: "tools/call", params: { name: "here___echo", arguments: { a: 1 } } };
      const list = await send({ id: "l", method: "tools/list" });
      seen.push({
        list: [list[0], ((list[1] as { tools?: object[] }).tools ?? []).length],
        call: await send(call),
        ping: await send({ id: 2, method: "ping" }),
        notification: await send({ method: "notifications/initialized" }),
        unknown: await send({ id: 3, method: "made/up" }),
        unknownTool: await send({ ...call, params: { name: "x" } }),
        version: await send(call, { "mcp-protocol-version": "2019-01-01" }),
      });
    });
  }
  const missing = [400, -32000];
  assert.deepEqual(seen, [
    {
      list: [200, 2],
      call: [200, { content: [{ type: "text", text: '{"a":1}' }] }],
      ping: [200, {}],
      notification: [202, undefined],
      unknown: [200, -32601],
      unknownTool: [200, -32602],
      version: [400, -32000],
    },
    {
      list: [400, 0],
      call: missing,
      ping: missing,
      notification: missing,
      unknown: missing,
      unknownTool: missing,
      version: missing,
    },
  ]);
});

test("callers who come and go are no failure of a target", async () => {
  const target = await startHttpTarget("legacy");
  const gateway = await startGateway({ targets: [{ kind: "http", name: "all", url: target.url }] });
  const said: string[] = [];
  for (let turn = 0; turn < 6; turn++) {
    const client = await connectClient(gateway.url, "2025-11-25");
    said.push(textOf(await client.callTool({ name: "all___echo", arguments: { turn } })));
    await (client.transport as { terminateSession?: () => Promise<void> }).terminateSession?.();
    await client.close();
  }
  await gateway.stop();
  await target.stop();
  assert.deepEqual(
    said,
    [0, 1, 2, 3, 4, 5].map((turn) => JSON.stringify({ turn })),
  );
});

for (const version of versions) {
  test(`${version}: a caller hears when a target that was missing is there, without asking again`, async () => {
    const port = await freePort();
    const gateway = await startGateway({
      targets: [{ kind: "http", name: "late", url: `http://127.0.0.1:${port}/mcp` }],
    });
    let heard = 0;
    const client = await connectClient(gateway.url, version, undefined, (prepared) =>
      prepared.setNotificationHandler("notifications/tools/list_changed", () => void heard++),
    );
    if (version === "2026-07-28") await client.listen({ toolsListChanged: true });
    const before = await client.listTools().then(
      () => "a list",
      (error: Error) => error.message,
    );
    const target = await startHttpTarget("legacy", port);
    await until(() => heard > 0, "the news");
    const after = (await client.listTools(undefined, { cacheMode: "bypass" })).tools.length;
    await client.close();
    await gateway.stop();
    await target.stop();
    // An empty list would say that there are no tools.
    assert.deepEqual(
      { before, after: after > 0 },
      { before: "An internal error occurred. Please retry later.", after: true },
    );
  });
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as AddressInfo;
  await new Promise((resolve) => taken.close(resolve));
  return port;
}
