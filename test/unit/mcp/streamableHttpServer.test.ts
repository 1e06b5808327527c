import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type JSONRPCMessage,
  type Transport,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { MAX_DEPTH } from "../../../src/lib/limits.ts";
import { isJsonRequest, jsonBody } from "../../../src/mcp/servedBody.ts";
import { StreamableHttpServer } from "../../../src/mcp/streamableHttpServer.ts";
import { askedOverWeb, messagesIn } from "../../support/webExchange.ts";

const SESSION = "the-session";
const both = "application/json, text/event-stream";
const json = { "content-type": "application/json", accept: both };
const inSession = { ...json, "mcp-session-id": SESSION };
const initialize = {
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "editor", version: "1" } },
};
const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "x" } };
const note = { jsonrpc: "2.0", method: "notifications/initialized" };

interface Case {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** A session's transport behind a server that answers every request with its method, after a word if it is to `talk`. */
async function serve(transport: Transport, ask: (request: Request, body: unknown) => Promise<Response>) {
  const heard: unknown[] = [];
  transport.onmessage = (message: JSONRPCMessage) => {
    heard.push(message);
    if (!("method" in message) || !("id" in message)) return;
    const { id, method } = message;
    void Promise.resolve().then(async () => {
      if (method === "talk") {
        const told = { jsonrpc: "2.0" as const, method: "notifications/message", params: { level: "info", data: 1 } };
        await transport.send(told, { relatedRequestId: id });
      }
      await transport.send({ jsonrpc: "2.0", id, result: { method } });
    });
  };
  await transport.start();
  return {
    heard,
    async answers(cases: readonly Case[]) {
      const all: unknown[] = [];
      for (const { method = "POST", headers = inSession, body } of cases) {
        const response = await ask(new Request("http://us.example/mcp", { method, headers }), body);
        const isStanding = method === "GET" && response.ok;
        const text = isStanding ? "" : await response.text();
        all.push([response.status, response.headers.get("allow"), messagesIn(text)]);
      }
      return all;
    },
  };
}

const ours = () => {
  const transport = new StreamableHttpServer(SESSION);
  return serve(transport, (request, body) =>
    askedOverWeb((asked) => transport.handle(asked, body, undefined), request),
  );
};

const theSdks = () => {
  const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => SESSION });
  return serve(transport, (request, parsedBody) => transport.handleRequest(request, { parsedBody }));
};

test("a session is answered as the SDK's own transport answers it, in status and in messages", async () => {
  const cases: readonly Case[] = [
    { headers: json, body: initialize },
    { body: initialize },
    { body: note },
    { body: call },
    { body: { ...call, id: "a text" } },
    { body: { ...call, method: "talk", id: 2 } },
    { body: { ...call, id: 3, params: { name: "x", _meta: { progressToken: 1 } } } },
    { body: [call, { ...call, id: 7 }, note] },
    { body: [note, note] },
    { body: [initialize, call] },
    { body: Array(101).fill(note) },
    { body: { jsonrpc: "2.0", id: 9, result: {} } },
    { body: { jsonrpc: "2.0", id: 9, error: { code: 1, message: "no" } } },
    ...[
      null,
      1,
      "text",
      [],
      {},
      { jsonrpc: "1.0", id: 1, method: "x" },
      { ...call, id: null },
      { ...call, id: 1.5 },
    ].map((body) => ({ body })),
    ...[
      { ...call, more: 1 },
      { ...call, params: [] },
      { ...call, params: null },
      { ...note, params: 3 },
    ].map((body) => ({
      body,
    })),
    { body: { ...call, params: { _meta: { progressToken: {} } } } },
    { headers: { ...inSession, accept: "application/json" }, body: call },
    { headers: { ...inSession, accept: "text/event-stream" }, body: call },
    { headers: { accept: both, "mcp-session-id": SESSION }, body: call },
    { headers: { ...inSession, "content-type": "text/plain; a=application/json" }, body: call },
    { headers: { ...inSession, "content-type": "Application/JSON; charset=utf-8" }, body: call },
    { headers: { ...inSession, "mcp-protocol-version": "2025-06-18" }, body: call },
    { headers: { ...inSession, "mcp-protocol-version": "1999-01-01" }, body: call },
    { method: "GET", headers: { ...inSession, accept: "application/json" } },
    { method: "GET", headers: { ...inSession, "mcp-protocol-version": "1999-01-01" } },
    { method: "GET" },
    { method: "GET" },
    { method: "PUT", body: call },
    { method: "DELETE", headers: { ...inSession, "mcp-protocol-version": "1999-01-01" } },
    { method: "DELETE" },
    { body: call },
    { method: "GET" },
  ];
  const [we, sdk] = [await ours(), await theSdks()];
  const [answered, expected] = [await we.answers(cases), await sdk.answers(cases)];
  for (const [at, one] of cases.entries()) assert.deepEqual(answered[at], expected[at], JSON.stringify(one));
  assert.deepEqual(we.heard, sdk.heard);
  assert.ok(we.heard.length > 8);
});

test("an answer is JSON where it is all there is to say, and a stream where a word comes before it", async () => {
  const transport = new StreamableHttpServer(SESSION);
  const { answers } = await serve(transport, async (request, body) => {
    const response = await askedOverWeb((asked) => transport.handle(asked, body, undefined), request);
    types.push(response.headers.get("content-type"), response.headers.get("mcp-session-id"));
    return response;
  });
  const types: unknown[] = [];
  await answers([{ body: call }, { body: { ...call, id: 2, method: "talk" } }]);
  assert.deepEqual(types, ["application/json", SESSION, "text/event-stream", SESSION]);
});

test("a caller that is gone is not waited for, and its answer goes nowhere", async () => {
  const transport = new StreamableHttpServer(SESSION);
  let id: string | number = "";
  transport.onmessage = (message) => {
    if ("method" in message && "id" in message) id = message.id;
  };
  const gone = new AbortController();
  const request = new Request("http://us.example/", { method: "POST", headers: inSession, signal: gone.signal });
  const answering = askedOverWeb((asked) => transport.handle(asked, call, undefined), request);
  await new Promise((resolve) => setImmediate(resolve));
  gone.abort();
  const text = await (await answering).text();
  await transport.send({ jsonrpc: "2.0", id, result: {} });
  await assert.rejects(transport.send({ jsonrpc: "2.0", id, result: {} }), /no connection for request 1/);
  assert.deepEqual([id, text], [1, ""]);
});

test("an answer that takes long says that it is on its way, and a closed session ends what is open", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const transport = new StreamableHttpServer(SESSION);
  transport.onmessage = () => {};
  const ask = (request: Request, body?: unknown) =>
    askedOverWeb((asked) => transport.handle(asked, body, undefined), request);
  const post = (id: number) =>
    ask(new Request("http://us.example/", { method: "POST", headers: inSession }), { ...call, id });
  const [slow, short] = [post(1), post(2)];
  const standing = await ask(new Request("http://us.example/", { headers: inSession }));
  await transport.send({ jsonrpc: "2.0", id: 2, result: {} });
  const quick = await short;
  t.mock.timers.tick(15_000);
  const begun = await slow;
  t.mock.timers.tick(15_000);
  await transport.close();
  assert.deepEqual(
    [await begun.text(), await standing.text(), quick.headers.get("content-type")],
    [": keepalive\n\n: keepalive\n\n", ": keepalive\n\n: keepalive\n\n", "application/json"],
  );
});

test("a body is JSON of a depth that can be gone through, or none", () => {
  const body = (text: string) => jsonBody(new TextEncoder().encode(text));
  const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  assert.deepEqual(
    {
      message: body('{"a":"[[{"}'),
      nothing: [body(""), body("{"), body("undefined")],
      deep: Array.isArray(body(nested(MAX_DEPTH))),
      tooDeep: body(nested(MAX_DEPTH + 1)),
      deepest: body(nested(1_000_000)),
      unclosed: body("[".repeat(3000)),
      inText: body(`"${"[".repeat(3000)}\\"${"{".repeat(3000)}"`),
      wide: (body(`[${"[],".repeat(3000)}[]]`) as unknown[]).length,
      types: ["application/json", "application/json; charset=utf-8", "text/json", ""].map((type) =>
        isJsonRequest({ headers: { get: () => type } }),
      ),
    },
    {
      message: { a: "[[{" },
      nothing: [undefined, undefined, undefined],
      deep: true,
      tooDeep: undefined,
      deepest: undefined,
      unclosed: undefined,
      inText: `${"[".repeat(3000)}"${"{".repeat(3000)}`,
      wide: 3001,
      types: [true, true, false, false],
    },
  );
});
