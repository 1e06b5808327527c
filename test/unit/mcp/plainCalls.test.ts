import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createMcpHandler,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  SERVER_INFO_META_KEY,
  Server,
} from "@modelcontextprotocol/server";
import type { ServedRequest } from "../../../src/lib/servedHttp.ts";
import { type Json, noValidation } from "../../../src/mcp/passThrough.ts";
import { PlainCalls } from "../../../src/mcp/plainCalls.ts";
import { StatelessFront } from "../../../src/mcp/statelessFront.ts";
import { askedOverWeb, messagesIn } from "../../support/webExchange.ts";

const serverInfo = { name: "us", version: "1" };
const capabilities = { tools: {}, prompts: {}, logging: {} };
const envelope = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "editor", version: "2" },
  "io.modelcontextprotocol/clientCapabilities": { elicitation: {} },
};

/** What a server answers, by the tool that is called; `told` says something first. */
const outcomes: Readonly<Record<string, (params: Json | undefined) => Json>> = {
  echo: (params) => ({ content: [], params }),
  typed: () => ({ content: [], resultType: "complete", _meta: { mine: 1 } }),
  named: () => ({ content: [], _meta: { [SERVER_INFO_META_KEY]: { name: "other", version: "3" } } }),
  asks: () => ({ resultType: "input_required", inputRequests: {}, requestState: "theirs" }),
  odd: () => ({ resultType: "odd" }),
  refuses: () => {
    throw new ProtocolError(-32602, "No such thing", { name: "x" });
  },
  missing: () => {
    throw new ProtocolError(-32002, "No such resource");
  },
  lacks: () => {
    throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { sampling: {} } });
  },
  breaks: () => {
    throw new RangeError("broken");
  },
};

interface Case {
  readonly name?: unknown;
  readonly method?: string;
  readonly meta?: Json;
  readonly params?: Json;
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

function asked({ name = "echo", method = "tools/call", meta = {}, params = {}, body = {}, headers = {} }: Case) {
  const all = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": method,
    "mcp-name": String(name),
    ...headers,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    request: () => new Request("http://us.example/mcp", { method: "POST", headers: given }),
    message: { jsonrpc: "2.0", id: 7, method, params: { name, ...params, _meta: { ...envelope, ...meta } }, ...body },
  };
}

/** How the front answers. */
function ours() {
  const front = new StatelessFront<undefined>({
    serverInfo,
    capabilities: () => capabilities,
    instructions: () => undefined,
    now: () => 0,
    statePrefix: "ours:",
    idleMs: 1,
    keyOf: (caller) => JSON.stringify(caller),
    route: () => ({
      async handle({ params, options }) {
        options.onprogress?.({ progress: 1 });
        options.peer?.notify("notifications/message", { level: "info", data: "told" });
        options.peer?.notify("notifications/elicitation/complete", { elicitationId: "1" });
        return (outcomes[String(params?.name)] ?? outcomes.echo)?.(params) as Json;
      },
      async notify() {},
      sweep() {},
      async close() {},
    }),
    changes: () => assert.fail("nobody listens"),
    onListen() {},
  });
  return (request: Request, body: unknown) => askedOverWeb((served) => front.handle(served, body, undefined), request);
}

/** How the SDK answers with a server that does the same. */
function theSdks() {
  const handler = createMcpHandler(
    () => {
      const server = new Server(serverInfo, { capabilities, jsonSchemaValidator: noValidation });
      server.fallbackRequestHandler = async ({ params }, { mcpReq }) => {
        const { progressToken, ...meta } = (params?._meta ?? {}) as Json;
        const { _meta, ...rest } = params as Json;
        const tell = (method: string, about: Json) => mcpReq.notify({ method, params: about }).catch(() => {});
        if (progressToken !== undefined) void tell("notifications/progress", { progress: 1, progressToken });
        const level = (mcpReq.envelope as Json | undefined)?.["io.modelcontextprotocol/logLevel"];
        if (level !== undefined) void tell("notifications/message", { level: "info", data: "told" });
        void tell("notifications/elicitation/complete", { elicitationId: "1" });
        const whole = Object.keys(meta).length > 0 ? { ...rest, _meta: meta } : rest;
        return (outcomes[String(params?.name)] ?? outcomes.echo)?.(whole) as Json;
      };
      return server;
    },
    { legacy: "reject" },
  );
  return (request: Request, parsedBody: unknown) => handler.fetch(request, { parsedBody });
}

test("a call of 2026-07-28 is answered as the SDK answers it, whether it is plain or not", async () => {
  const cases: readonly Case[] = [
    ...Object.keys(outcomes).map((name) => ({ name })),
    ...["prompts/get", "completion/complete"].map((method) => ({ method })),
    { meta: { progressToken: "mine" } },
    { meta: { progressToken: 3, "io.modelcontextprotocol/logLevel": "debug", mine: true } },
    { name: "lacks", meta: { progressToken: 3 } },
    { meta: { progressToken: {} } },
    { meta: { "io.modelcontextprotocol/logLevel": "shout" } },
    { meta: { "io.modelcontextprotocol/clientInfo": undefined } },
    { meta: { "io.modelcontextprotocol/clientInfo": { name: 1 } } },
    { meta: { "io.modelcontextprotocol/clientCapabilities": undefined } },
    { meta: { "io.modelcontextprotocol/clientCapabilities": 1 } },
    {
      meta: { "io.modelcontextprotocol/protocolVersion": "2031-01-01" },
      headers: { "mcp-protocol-version": "2031-01-01" },
    },
    { meta: { "io.modelcontextprotocol/related-task": 1 } },
    ...[undefined, "2025-11-25", "nonsense"].map((version) => ({ headers: { "mcp-protocol-version": version } })),
    ...[undefined, "tools/list"].map((method) => ({ headers: { "mcp-method": method } })),
    ...[undefined, "other", "=?base64?ZWNobw==?=", "=?base64?!?="].map((name) => ({ headers: { "mcp-name": name } })),
    { name: 7 },
    { name: "=?base64?ZWNobw==?=" },
    { headers: { "content-type": "text/plain" } },
    { headers: { "content-type": "application/json; charset=utf-8", accept: undefined } },
    ...[{ id: 1.5 }, { id: null }, { id: "text" }, { jsonrpc: "1.0" }, { more: 1 }, { params: [] }].map((body) => ({
      body,
    })),
    { params: { arguments: { deep: [1] } } },
  ];
  const [we, sdk] = [ours(), theSdks()];
  let plain = 0;
  for (const one of [...cases, ...cases]) {
    const { request, message } = asked(one);
    const [answered, expected] = [await we(request(), message), await sdk(request(), message)];
    assert.deepEqual(
      [answered.status, answered.headers.get("content-type"), messagesIn(await answered.text())],
      [expected.status, expected.headers.get("content-type"), messagesIn(await expected.text())],
      JSON.stringify(one),
    );
    await askedOverWeb(async (served) => {
      if (isPlain(served, message)) plain++;
      return { status: 200, headers: {} };
    }, request());
  }
  assert.ok(plain > 30, `${plain} were plain`);
});

const calls = new PlainCalls();
const isPlain = (request: ServedRequest, message: unknown) => calls.read(request, message) !== undefined;
