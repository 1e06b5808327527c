import assert from "node:assert/strict";
import { test } from "node:test";
import { Server } from "@modelcontextprotocol/server";
import { MAX_ROUNDS } from "../../../src/mcp/inputRequests.ts";
import type { Json } from "../../../src/mcp/passThrough.ts";
import { SessionLost } from "../../../src/mcp/upstreamError.ts";
import { connectTo, recordingPeer, soon, upstreamServer } from "../../support/mcpKernel.ts";

const capabilities = { tools: { listChanged: true }, resources: { subscribe: true }, logging: {} };

/** A server whose lists and calls are played by the test. */
function serverOf(
  era: "legacy" | "modern",
  {
    list = () => ({ tools: [] }),
    call = () => ({ content: [] }),
  }: { list?: (params: Json | undefined) => Json; call?: (params: Json, request: Request | undefined) => unknown } = {},
) {
  return upstreamServer(era, () => {
    const server = new Server({ name: "up", version: "1" }, { capabilities, instructions: "Be kind." });
    server.setRequestHandler("tools/list", async ({ params }) => list(params as Json | undefined) as never);
    server.setRequestHandler(
      "tools/call",
      async ({ params }, ctx) => (await call(params as Json, ctx.http?.req)) as never,
    );
    return server;
  });
}

const call = (params: Json, options = {}) => ({ method: "tools/call", params, options });

for (const era of ["legacy", "modern"] as const) {
  test(`a ${era} server is known by what it said, and its results come as it wrote them`, async () => {
    const server = serverOf(era, { call: ({ arguments: args }) => ({ content: [], novelty: args }) });
    const { connection } = await connectTo(server);
    const { serverInfo, ...identity } = connection.identity;
    const result = await connection.request(call({ name: "x", arguments: { a: 1 } }));
    await connection.close();
    assert.deepEqual(
      { name: serverInfo.name, ...identity, novelty: result.novelty, closed: connection.isClosed },
      {
        name: "up",
        era,
        protocolVersion: era === "legacy" ? "2025-11-25" : "2026-07-28",
        capabilities,
        instructions: "Be kind.",
        novelty: { a: 1 },
        closed: true,
      },
    );
  });

  test(`a list of a ${era} server is read from all of its pages, and one that does not end is told once`, async () => {
    const server = serverOf(era, {
      list: (params) => ({
        tools: [{ name: `t${params?.cursor ?? ""}`, inputSchema: { type: "object" } }],
        nextCursor: "a",
      }),
    });
    const { connection, noted } = await connectTo(server);
    const names = (await connection.list("tools/list")).map(({ name }) => name);
    await connection.list("tools/list");
    const none = await connection.list("prompts/list");
    await connection.close();
    assert.deepEqual(
      { names, none, cutShort: noted.cutShort },
      { names: ["t", "ta"], none: [], cutShort: ["tools/list: cursor repeated"] },
    );
  });
}

/** Answers every request for a method with this result. */
const answering =
  (asked: string, result: unknown) =>
  ({ method, id }: Json) =>
    method === asked ? Response.json({ jsonrpc: "2.0", id, result }) : undefined;

for (const [what, result] of [
  ["that does not say its type", { content: [{ type: "text", text: "done" }] }],
  ["with content of a kind that nobody knows", { resultType: "complete", content: [{ type: "smell", of: "roses" }] }],
  ["without content", { resultType: "complete", structuredContent: [1] }],
  ["with members of another type", { resultType: "complete", content: {}, isError: "yes", _meta: { a: 1 } }],
] as const) {
  test(`a result of 2026-07-28 is handed on as it is: one ${what}`, async () => {
    const server = serverOf("modern");
    const { connection } = await connectTo(server);
    server.intercept = answering("tools/call", result);
    const [read, carried] = [
      await connection.request(call({ name: "x" })),
      await connection.request(call({ name: "x" }, { mayCarry: true })),
    ];
    await connection.close();
    const { resultType: _, ...given } = result as Json;
    assert.deepEqual([read, JSON.parse(JSON.stringify(carried))], [given, given]);
  });
}

for (const era of ["legacy", "modern"] as const) {
  test(`what cannot be used of a list of a ${era} server is left out, and told once`, async () => {
    const server = serverOf(era);
    const leftOut: string[] = [];
    const onLeftOut = (...what: readonly string[]) => void leftOut.push(what.join(" | "));
    const { connection } = await connectTo(server, { onLeftOut });
    const tools = [null, { name: "bare" }, { name: "good", inputSchema: { type: "object" }, novelty: 1 }];
    server.intercept = answering("tools/list", { tools });
    const lists = [await connection.list("tools/list"), await connection.list("tools/list")];
    await connection.close();
    assert.deepEqual(
      { lists, leftOut },
      {
        lists: [[tools[2]], [tools[2]]],
        leftOut: ["tools/list | number 1 | it is no object", "tools/list | bare | it has no inputSchema"],
      },
    );
  });
}

test("a result of a type that is not known is no result", async () => {
  const server = serverOf("modern");
  const { connection } = await connectTo(server);
  server.intercept = answering("tools/call", { resultType: "odd", content: [] });
  await assert.rejects(connection.request(call({ name: "x" })), { code: "UNSUPPORTED_RESULT_TYPE" });
  await connection.close();
});

test("a session ends at the server when its connection closes, unless the server forgot it", async () => {
  const server = serverOf("legacy");
  const [one, other] = [await connectTo(server), await connectTo(server)];
  const before = server.sessions.size;
  await one.connection.close();
  await other.connection.close({ endSession: false });
  assert.deepEqual(
    { before, after: server.sessions.size, deleted: server.requested.filter((method) => method === "DELETE").length },
    { before: 2, after: 1, deleted: 1 },
  );
});

test("a connection that retires answers what is open, and then closes", async () => {
  let answer: (result: unknown) => void = () => {};
  const server = serverOf("legacy", { call: () => new Promise((resolve) => (answer = resolve)) });
  const { connection } = await connectTo(server);
  const open = connection.request(call({ name: "x" }));
  await soon();
  connection.retire();
  const during = connection.isClosed;
  answer({ content: [{ type: "text", text: "late" }] });
  const { content } = await open;
  await connection.closed;
  assert.deepEqual(
    { during, content, after: connection.isClosed },
    { during: false, content: [{ type: "text", text: "late" }], after: true },
  );
});

test("a request of a session that the server forgot fails as lost", async () => {
  const server = serverOf("legacy");
  const { connection } = await connectTo(server);
  server.sessions.clear();
  await assert.rejects(connection.request(call({ name: "x" })), SessionLost);
  await connection.close({ endSession: false });
});

test("the server's own error comes with its code and data, also with the HTTP status of an error", async () => {
  const server = serverOf("legacy");
  const { connection } = await connectTo(server);
  const error = { code: -32602, message: "no", data: { field: "x" } };
  server.intercept = ({ id, method }) =>
    method === "tools/call" ? Response.json({ jsonrpc: "2.0", id, error }, { status: 422 }) : undefined;
  const found = await connection.request(call({ name: "x" })).catch(({ code, data }) => ({ code, data }));
  await connection.close();
  assert.deepEqual(found, { code: -32602, data: { field: "x" } });
});

test("a server that left the era it is remembered for is asked anew", async () => {
  const server = serverOf("modern");
  const { connection } = await connectTo(server, { era: "legacy" });
  const { era } = connection;
  await connection.close();
  assert.equal(era, "modern");
});

test("progress that comes in one piece with the answer is told before it", async () => {
  const server = serverOf("legacy");
  const { connection } = await connectTo(server);
  server.intercept = ({ id, method, params }) => {
    if (method !== "tools/call") return undefined;
    const { progressToken } = (params as { _meta: Json })._meta;
    const messages = [
      { jsonrpc: "2.0", method: "notifications/progress", params: { progressToken, progress: 1 } },
      { jsonrpc: "2.0", id, result: { content: [] } },
    ];
    const text = messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join("");
    return new Response(text, { headers: { "content-type": "text/event-stream" } });
  };
  const steps: unknown[] = [];
  await connection.request(call({ name: "x" }, { onprogress: (step: Json) => steps.push(step.progress) }));
  await connection.close();
  assert.deepEqual(steps, [1]);
});

test("input that a result asks for is got from the peer of the call, and no more than so often", async () => {
  const rounds: unknown[] = [];
  const ask = { resultType: "input_required", inputRequests: { a: { method: "roots/list" } }, requestState: "s" };
  const server = serverOf("modern");
  const { connection } = await connectTo(server);
  server.intercept = ({ id, method, params }) => {
    if (method !== "tools/call") return undefined;
    const { name, inputResponses, requestState } = params as Json;
    rounds.push({ inputResponses, requestState });
    const done = name === "once" && requestState === "s";
    return Response.json({ jsonrpc: "2.0", id, result: done ? { resultType: "complete", content: [] } : ask });
  };
  const { peer, asked } = recordingPeer({ roots: [] });
  const once = await connection.request(call({ name: "once" }, { peer }));
  const passed = await connection.request(call({ name: "for ever" }, { peer, passInputRequired: true }));
  const before = rounds.length;
  const endless = await connection.request(call({ name: "for ever" }, { peer })).catch(({ code }) => code);
  await connection.close();
  assert.deepEqual(
    {
      content: once.content,
      passed: passed.resultType,
      rounds: rounds.slice(0, 2),
      endless,
      more: rounds.length - before,
      asked: asked.length,
    },
    {
      content: [],
      passed: "input_required",
      rounds: [
        { inputResponses: undefined, requestState: undefined },
        { inputResponses: { a: { roots: [] } }, requestState: "s" },
      ],
      endless: -32603,
      more: MAX_ROUNDS + 1,
      asked: MAX_ROUNDS + 1,
    },
  );
});

/** A server of 2026-07-28 that wants the argument `region` in a header since somebody changed the tool. */
function changedTool() {
  const inputSchema = { type: "object", properties: { region: { type: "string", "x-mcp-header": "Region" } } };
  const headers: (string | null)[] = [];
  const server = serverOf("modern", { list: () => ({ tools: [{ name: "x", inputSchema }] }) });
  server.intercept = ({ id, method }, init) => {
    if (method !== "tools/call") return undefined;
    const given = new Headers(init.headers).get("mcp-param-region");
    headers.push(given);
    const error = { code: -32020, message: "The header Mcp-Param-Region is missing" };
    return given === null ? Response.json({ jsonrpc: "2.0", id, error }, { status: 400 }) : undefined;
  };
  return { server, headers };
}

test("a call whose headers are refused is repeated with those that the tool declares now", async () => {
  const { server, headers } = changedTool();
  const { connection, noted } = await connectTo(server);
  const result = await connection.request(call({ name: "x", arguments: { region: "eu" } }));
  await connection.close();
  assert.deepEqual(
    { content: result.content, headers, relisted: noted.relisted },
    { content: [], headers: [null, "eu"], relisted: 1 },
  );
});

test("a call whose headers are refused again fails with the server's error", async () => {
  const { server, headers } = changedTool();
  const { connection } = await connectTo(server);
  const refused = await connection.request(call({ name: "x" })).catch(({ code }) => code);
  await connection.close();
  assert.deepEqual({ refused, headers }, { refused: -32020, headers: [null, null] });
});

test("a tool whose header declarations cannot be followed is left out where headers are sent", async () => {
  const inputSchema = { type: "object", properties: { a: { type: "string", "x-mcp-header": "no token" } } };
  const list = () => ({
    tools: [
      { name: "x", inputSchema },
      { name: "y", inputSchema: { type: "object" } },
    ],
  });
  const names: unknown[] = [];
  for (const era of ["legacy", "modern"] as const) {
    const { connection } = await connectTo(serverOf(era, { list }));
    names.push((await connection.list("tools/list")).map(({ name }) => name));
    await connection.close();
  }
  assert.deepEqual(names, [["x", "y"], ["y"]]);
});

test("the log level goes with each request of 2026-07-28 that names none", async () => {
  const levels: unknown[] = [];
  const server = serverOf("modern");
  const { connection } = await connectTo(server);
  connection.logLevel = "warning";
  server.intercept = ({ params }) => {
    levels.push((params as { _meta?: Json })._meta?.["io.modelcontextprotocol/logLevel"]);
    return undefined;
  };
  await connection.request(call({ name: "x" }));
  await connection.request(call({ name: "x", _meta: { "io.modelcontextprotocol/logLevel": "debug" } }));
  await connection.close();
  assert.deepEqual(levels, ["warning", "debug"]);
});

test("a server of 2026-07-28 is listened to for its changes, in place of an earlier time", async () => {
  const { peer, told } = recordingPeer();
  const server = serverOf("modern");
  const { connection } = await connectTo(server, { peer });
  const first = connection.listen([]);
  await soon();
  const second = connection.listen(["test://one"]);
  const replaced = await first;
  await soon();
  server.modern?.notify.toolsChanged();
  server.modern?.notify.resourceUpdated("test://one");
  for (let turn = 0; turn < 50 && told.length < 2; turn++) await soon();
  await connection.close();
  assert.deepEqual(
    { replaced, closed: await second, told },
    {
      replaced: "local",
      closed: "local",
      told: [["notifications/tools/list_changed"], ["notifications/resources/updated", { uri: "test://one" }]],
    },
  );
});

test("a request past the SDK finds its endpoint, and what comes before its answer is seen to as ever", async () => {
  const { peer, asked, told } = recordingPeer({ roots: [] });
  const other = recordingPeer();
  const server = serverOf("legacy");
  const { connection } = await connectTo(server);
  const { endpoint } = connection;
  const headers = Object.fromEntries(endpoint?.headers ?? []);
  await connection.use(async () => {
    connection.receive({ jsonrpc: "2.0", method: "notifications/message", params: { data: 1 } }, peer);
    connection.receive({ jsonrpc: "2.0", id: "q1", method: "roots/list" }, peer);
    await soon();
  }, other.peer);
  const answered = server.requested.includes("response");
  await connection.close();
  assert.deepEqual(
    { url: endpoint?.url.href, named: Object.keys(headers).sort(), asked, told, other: other.asked, answered },
    {
      url: "https://up.example/mcp",
      named: ["mcp-protocol-version", "mcp-session-id"],
      asked: ["roots/list"],
      told: [["notifications/message", { data: 1 }]],
      other: [],
      answered: true,
    },
  );
});

test("connecting that is given up ends, and closes what it opened", async () => {
  const life = new AbortController();
  const server = serverOf("legacy");
  let aborted = false;
  const hanging = {
    ...server,
    fetch: (_url: string | URL, init: RequestInit = {}) =>
      new Promise<Response>((_, reject) => {
        init.signal?.addEventListener("abort", () => {
          aborted = true;
          reject(init.signal?.reason);
        });
      }),
  };
  const opening = connectTo(hanging, { signal: life.signal }).catch(() => "gave up");
  await soon();
  life.abort(new Error("gone"));
  assert.deepEqual({ opening: await opening, aborted }, { opening: "gave up", aborted: true });
});
