import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { callerHasEchoes, hostHasEcho } from "./support/echoServed.ts";
import type { WorldGateway } from "./support/gateway.ts";
import { programWorld } from "./support/program.ts";
import { type WorldTests, worldRows } from "./support/rows.ts";
import { type Bent, smallReply } from "./support/smallServer.ts";
import { callerOf, startTarget } from "./support/target.ts";

type Json = Readonly<Record<string, unknown>>;

/** A gateway that is such a server to whoever has a token. */
const small =
  (
    bent: Bent = {},
    write?: (answer: Json) => Response,
    instead: WorldGateway["instead"] = () => undefined,
  ): WorldGateway["instead"] =>
  async (asked) => {
    if (asked.path !== "/mcp" || asked.bearer === undefined) return undefined;
    return (await instead(asked)) ?? smallReply(asked.rpc, bent, write);
  };

const stream = (text: string, type = "text/event-stream") => new Response(text, { headers: { "content-type": type } });

/** How one answer comes over HTTP. */
const ways: Readonly<Record<string, (answer: Json) => Response>> = {
  JSON: (answer) => Response.json(answer),
  "an event": (answer) => stream(`event: message\ndata: ${JSON.stringify(answer)}\n\n`),
};

/** Envelopes that are none of JSON-RPC 2.0, and say plainly what they mean. */
const envelopes: Readonly<Record<string, Bent>> = {
  "error: null": { set: { error: null } },
  "no jsonrpc": { drop: ["jsonrpc"] },
  "a number as jsonrpc": { set: { jsonrpc: 2 } },
  "members of its own": { set: { method: null, params: null, took: 12 } },
  "_meta: null": { introduction: { _meta: null } },
};

/** Those of which only whoever asked can say whose they are. */
const nobodys: Readonly<Record<string, Bent>> = { "no id": { drop: ["id"] }, "id: null": { set: { id: null } } };

/** What servers were seen to leave out of the result of `initialize`, or to have null there. */
const introductions: Readonly<Record<string, Json>> = {
  "serverInfo that is missing": { serverInfo: undefined },
  "a server without a version": { serverInfo: { name: "x" } },
  "a version that is a number": { serverInfo: { name: "x", version: 1.2 } },
  "instructions: null": { instructions: null },
  "a title that is null": { serverInfo: { name: "x", version: "1", title: null, icons: null } },
  "capabilities that are missing": { capabilities: undefined },
  "capabilities: []": { capabilities: [] },
  "a capability that is []": { capabilities: { tools: [] } },
  "a capability that is null": { capabilities: { tools: {}, prompts: null, logging: null } },
  "capabilities that are true and false": { capabilities: { tools: true, prompts: false } },
  "no protocolVersion": { protocolVersion: undefined },
};

const calls = (titles: readonly (readonly [string, WorldGateway["instead"]])[]): WorldTests =>
  Object.fromEntries(
    titles.map(([title, instead]) => [
      title,
      async (t: TestContext) => {
        const { gateway, start } = await programWorld(t);
        gateway.instead = instead;
        const standalone = await start();
        await hostHasEcho(standalone);
      },
    ]),
  );

/** The same behind the local gateway, over HTTP and as a process, beside a target that is as it should be. */
const behindGateway = (shapes: Readonly<Record<string, Bent>>): WorldTests =>
  Object.fromEntries(
    Object.entries(shapes).map(([what, bent]) => [
      `a target over HTTP and one as a process answer with ${what}`,
      async (t: TestContext) => {
        await callerHasEchoes(t, bent);
      },
    ]),
  );

const named = (introduction: Json): Bent => ({ introduction });
const everyIntroduction = Object.fromEntries(
  Object.entries(introductions).map(([what, introduction]) => [what, named(introduction)]),
);

/** Errors that are none of JSON-RPC, with what their caller has to read. */
const errors: Readonly<Record<string, { readonly error: unknown; readonly reads: RegExp }>> = {
  "a text": { error: "Quota is used up", reads: /Quota is used up/ },
  "a code that is a text": { error: { code: "E_QUOTA", message: "Quota is used up" }, reads: /Quota is used up/ },
  "a code and no message": { error: { code: -32050 }, reads: /-32050/ },
};

const contentTypes: readonly (string | undefined)[] = [
  undefined,
  "text/plain; charset=utf-8",
  "text/html",
  "application/octet-stream",
  "application/json-rpc",
  "application/problem+json",
];

/** Answers that end before the empty line. */
const ends: Readonly<Record<string, string>> = { "no line break": "", "one line break": "\n", "CR and LF": "\r\n" };

const refusedNotifications: Readonly<Record<string, () => Response>> = {
  "400 “Method not found: notifications/initialized”": () =>
    Response.json(
      { jsonrpc: "2.0", id: null, error: { code: -32601, message: "Method not found: notifications/initialized" } },
      { status: 400 },
    ),
  "404": () => new Response("", { status: 404 }),
  "406": () => new Response("", { status: 406 }),
  "500": () => new Response("Internal Server Error", { status: 500 }),
  "200 with the error": () =>
    Response.json({ jsonrpc: "2.0", id: null, error: { code: -32601, message: "Method not found" } }),
  "200 with an empty result": () => Response.json({ jsonrpc: "2.0", id: null }),
  "200 as text": () => new Response("Accepted", { headers: { "content-type": "text/plain" } }),
  "204": () => new Response(null, { status: 204 }),
};

/** Members of a tool for which readers were seen to refuse the whole list. */
const members: Readonly<Record<string, Json>> = {
  "properties: []": { inputSchema: { type: "object", properties: [], required: [] } },
  "properties and required that are null": { inputSchema: { type: "object", properties: null, required: null } },
  "a schema without a type, with properties: []": { inputSchema: { properties: [] } },
  "required: false": { inputSchema: { type: "object", properties: { a: {} }, required: false } },
  "every optional member null": {
    ...{ description: null, title: null, annotations: null, outputSchema: null, icons: null, _meta: null },
  },
  "[] for objects": { annotations: [], outputSchema: [], _meta: [] },
  "hints that are null": { annotations: { title: null, readOnlyHint: null } },
  "a number for a description": { description: 5 },
};
const oddTools: Readonly<Record<string, Bent>> = Object.fromEntries(
  Object.entries(members).map(([what, odd]) => [
    what,
    { tools: [{ name: "echo", inputSchema: { type: "object" }, ...odd }] },
  ]),
);

/** How servers were seen to refuse the revision that they were offered. */
const refusedRevisions: Readonly<
  Record<string, { readonly takes: string; readonly refuse: (id: string | number | undefined) => Response }>
> = {
  "−32602 and the list": {
    takes: "2025-03-26",
    refuse: (id) => {
      const data = { supported: ["2025-03-26"], requested: "2025-11-25" };
      return Response.json({
        jsonrpc: "2.0",
        id,
        error: { code: -32602, message: "Unsupported protocol version", data },
      });
    },
  },
  "−32602 alone": {
    takes: "2025-06-18",
    refuse: (id) =>
      Response.json({
        jsonrpc: "2.0",
        id,
        error: { code: -32602, message: "unsupported protocol version: 2025-11-25" },
      }),
  },
  "HTTP 400 and the list": {
    takes: "2025-06-18",
    refuse: () =>
      new Response("Bad Request: Unsupported protocol version (supported versions: 2025-06-18, 2024-11-05)", {
        status: 400,
      }),
  },
  "HTTP 400 around an error": {
    takes: "2025-06-18",
    refuse: (id) =>
      Response.json(
        { jsonrpc: "2.0", id, error: { code: -32000, message: "The protocol version is not supported" } },
        { status: 400 },
      ),
  },
};

worldRows([
  {
    row: "G27",
    kind: 3,
    otherSide: "a tool with `properties: []` (PHP), or with members that are null",
    right: "the member is as if it were not there, and the tool can be called; every other one too",
    source: "elementor/elementor#37320, use-novamira/novamira#82, webcalendar#725, laravel-mcp-server#74",
    at03c8530: "not tried; later ✗ the host refused the whole list",
    tests: calls(Object.entries(oddTools).map(([what, bent]) => [`a gateway lists a tool with ${what}`, small(bent)])),
  },
  {
    row: "G28",
    kind: 1,
    otherSide:
      "`initialize` refused for the revision that was offered: −32602, or HTTP 400, which may name those it knows",
    right: "offered again with one that it names, else with the one before (2025-11-25, basic/lifecycle)",
    source: "xpzouying/xiaohongshu-mcp#697, higress-group/higress#3226, different-ai/openwork#3569 (mcp.slack.com)",
    at03c8530: "not tried; later ✗ “failed to answer”",
    tests: calls(
      Object.entries(refusedRevisions).map(([what, { takes, refuse }]) => [
        `a gateway refuses a newer revision than ${takes} with ${what}`,
        small({}, undefined, ({ rpc }) =>
          rpc.method === "initialize" && rpc.params?.protocolVersion !== takes ? refuse(rpc.id) : undefined,
        ),
      ]),
    ),
  },
  {
    row: "T18",
    kind: 1,
    otherSide: "a target that refuses a revision as in G28",
    right: "as there",
    source: "as G28",
    at03c8530: "not tried; later ✗ left out",
    tests: Object.fromEntries(
      Object.entries(refusedRevisions).map(([what, { takes, refuse }]) => [
        `a target refuses a newer revision than ${takes} with ${what}`,
        async (t: TestContext) => {
          const target = await startTarget(t);
          target.instead = (rpc, { method }) =>
            rpc.method === "initialize" && rpc.params?.protocolVersion !== takes
              ? refuse(rpc.id)
              : method === "POST"
                ? smallReply(rpc)
                : undefined;
          const caller = await callerOf(t, [{ name: "a", http: { url: target.url } }]);
          assert.deepEqual([await caller.tools(), await caller.call("a___echo")], [["a___echo"], "{}"]);
        },
      ]),
    ),
  },
  {
    row: "G29",
    kind: 1,
    otherSide: "a token that has ended is refused with 403 and `invalid_token`",
    right: "as 401: renewed once, and the call sent once more (RFC 6750, 3.1)",
    source: "vercel/mcp-handler#181, agentgateway#638",
    at03c8530: "not tried; later ✗ “something in front of the gateway turned a request away”",
    tests: {
      "the token is renewed and the call answered, and nobody is asked": async (t) => {
        const { gateway, provider, start, computer } = await programWorld(t);
        const standalone = await start();
        await standalone.call("echo");
        provider.access.clear();
        const challenge = 'Bearer error="invalid_token", error_description="The token has expired"';
        gateway.instead = ({ bearer }) =>
          bearer !== undefined && !provider.access.has(bearer)
            ? new Response("", { status: 403, headers: { "www-authenticate": challenge } })
            : undefined;
        assert.equal(await standalone.call("echo"), "{}");
        assert.deepEqual([computer.opened().length, provider.count("token")], [1, 2]);
      },
    },
  },
  {
    row: "T17",
    kind: 3,
    otherSide: "a target that lists tools as in G27",
    right: "as there, over HTTP and as a process",
    source: "as G27",
    at03c8530: "not tried; later ✗ the caller refused the whole list, other targets' tools with it",
    tests: behindGateway(oddTools),
  },
  {
    row: "G21",
    kind: 3,
    otherSide: "`error: null` beside the result, no `jsonrpc`, no id, members of its own, an error that is a text",
    right: "what is plainly the answer is taken as it (JSON-RPC 2.0, 5); another id's stays nobody's (S9)",
    source: "gensecaihq/Wazuh-MCP-Server#59, twentyhq/twenty#13801, directus#26203, bricks-mcp#45",
    at03c8530: "not tried; later ✗ “not an MCP server”",
    tests: {
      ...calls(
        Object.entries(ways).flatMap(([way, write]) =>
          Object.entries({ ...envelopes, ...nobodys }).map(
            ([what, bent]) => [`a gateway answers with ${what} in ${way}`, small(bent, write)] as const,
          ),
        ),
      ),
      ...Object.fromEntries(
        Object.entries(errors).map(([what, { error, reads }]) => [
          `a call that fails with ${what} as its error is told with its reason`,
          async (t: TestContext) => {
            const { gateway, start } = await programWorld(t);
            gateway.instead = small({}, undefined, ({ rpc }) =>
              rpc.method === "tools/call"
                ? Response.json({ jsonrpc: "2.0", id: rpc.id, error, result: null })
                : undefined,
            );
            await assert.rejects((await start()).call("echo"), reads);
          },
        ]),
      ),
      "JSON that is no answer is told as that": async (t) => {
        for (const other of [{ error: "invalid_token" }, { result: "x" }, { jsonrpc: "2.0", result: "x" }]) {
          const { gateway, start } = await programWorld(t);
          gateway.instead = small({}, undefined, ({ rpc }) =>
            rpc.method === "tools/call" ? Response.json(other) : undefined,
          );
          assert.match(await (await start()).call("echo"), /not an MCP server/);
        }
      },
    },
  },
  {
    row: "G22",
    kind: 3,
    otherSide:
      "the result of `initialize` without `serverInfo` or `capabilities`, with null, or with PHP's `[]` for `{}`",
    right: "what is missing is as if it said nothing; one that names no capabilities is asked for its tools",
    source: "ian-cowley/MCPSqlServer#3, modelcontextprotocol/ruby-sdk#12, logiscape/mcp-sdk-php#1",
    at03c8530: "not tried; later ✗ “connection lost”, after ten seconds",
    tests: calls(
      Object.entries(everyIntroduction).map(([what, bent]) => [
        `a gateway introduces itself with ${what}`,
        small(bent),
      ]),
    ),
  },
  {
    row: "G23",
    kind: 3,
    otherSide: "JSON of another content type, or of none",
    right: "JSON is JSON; a page stays what it is",
    source: "modelcontextprotocol/java-sdk#748 (mcp.postman.com)",
    at03c8530: "not tried; later ✗ “not an MCP server”",
    tests: {
      ...calls(
        contentTypes.map((type) => [
          `answers come ${type === undefined ? "without a content type" : `as ${type}`}`,
          small(
            {},
            (answer) =>
              new Response(new TextEncoder().encode(`\n ${JSON.stringify(answer)}`), {
                headers: type === undefined ? {} : { "content-type": type },
              }),
          ),
        ]),
      ),
      "a page is told as that, and nothing of one without an end is kept": async (t) => {
        const { gateway, start } = await programWorld(t);
        gateway.instead = small({}, undefined, ({ rpc }) =>
          rpc.method === "tools/call"
            ? new Response(
                new ReadableStream({
                  pull: (controller) => controller.enqueue(new TextEncoder().encode("<p>".repeat(9000))),
                }),
                { headers: { "content-type": "text/html" } },
              )
            : undefined,
        );
        assert.match(await (await start()).call("echo"), /not an MCP server.*text\/html/s);
      },
    },
  },
  {
    row: "G24",
    kind: 3,
    otherSide: "a stream that ends behind the answer without the empty line that ends an event",
    right: "the answer is taken; half of one is not, and the words say that it was lost",
    source: "vercel/ai#16865 (mcp.productboard.com), openai-node#2725",
    at03c8530: "not tried; later ✗ “connection lost … may have taken effect”",
    tests: {
      ...calls(
        Object.entries(ends).map(([what, end]) => [
          `the last event ends with ${what}`,
          small({}, (answer) => stream(`data: ${JSON.stringify(answer)}${end}`)),
        ]),
      ),
      "half an answer is none": async (t) => {
        const { gateway, start } = await programWorld(t);
        gateway.instead = small({}, undefined, ({ rpc }) =>
          rpc.method === "tools/call"
            ? stream(`data: {"jsonrpc":"2.0","id":${rpc.id},"result":{"content":[`)
            : undefined,
        );
        assert.match(await (await start()).call("echo"), /was lost.*may have taken effect/s);
      },
    },
  },
  {
    row: "G25",
    kind: 3,
    otherSide: "`notifications/initialized` is refused, or answered",
    right: "nobody waits for what is said to a notification (JSON-RPC 2.0, 4.1): the next request shows what is wrong",
    source: "opgginc/laravel-mcp-server#38, node-red-contrib-mcp-server#1, rust-sdk#849, oramacore#335",
    at03c8530: "not tried; later ✗ “no gateway at this address”",
    tests: calls(
      Object.entries(refusedNotifications).map(([what, answer]) => [
        `it is answered with ${what}`,
        small({}, undefined, ({ rpc }) => (rpc.method?.startsWith("notifications/") ? answer() : undefined)),
      ]),
    ),
  },
  {
    row: "G26",
    kind: 10,
    otherSide: "a request is answered with 202, 204 or nothing in it",
    right: "told at once; with 202 the answer may still come in the stream of what the server says by itself",
    source: "metorial-platform#444, awslabs/mcp#483",
    at03c8530: "not tried; later ✗ the call stays open with 202",
    tests: {
      ...Object.fromEntries(
        [202, 204, 200].map((status) => [
          `HTTP ${status} without a body ends the call, in words`,
          async (t: TestContext) => {
            const { gateway, start } = await programWorld(t);
            gateway.instead = small({}, undefined, ({ rpc }) =>
              rpc.method === "tools/call" ? new Response(null, { status }) : undefined,
            );
            assert.match(await (await start()).call("echo"), /the answer was empty.*may have taken effect/s);
          },
        ]),
      ),
      "HTTP 202 with the answer in it is the answer": async (t) => {
        const { gateway, start } = await programWorld(t);
        gateway.instead = small({}, (answer) => Response.json(answer, { status: 202 }));
        assert.equal(await (await start()).call("echo"), "{}");
      },
      "HTTP 202, and the answer in the stream of its own": async (t) => {
        const { gateway, start } = await programWorld(t);
        let say: (text: string) => void = () => {};
        gateway.instead = small({}, undefined, ({ method, rpc }) => {
          if (method === "GET") {
            const body = new ReadableStream<Uint8Array>({
              start(controller) {
                say = (text) => controller.enqueue(new TextEncoder().encode(text));
                say(": here\n\n");
              },
            });
            return new Response(body, { headers: { "content-type": "text/event-stream" } });
          }
          if (rpc.method !== "tools/call") return undefined;
          const result = { content: [{ type: "text", text: "later" }] };
          setTimeout(() => say(`data: ${JSON.stringify({ jsonrpc: "2.0", id: rpc.id, result })}\n\n`), 50);
          return new Response(null, { status: 202 });
        });
        const standalone = await start();
        await standalone.client.listTools();
        assert.equal(await standalone.call("echo"), "later");
      },
    },
  },
  {
    row: "T16",
    kind: 3,
    otherSide: "targets that answer as in G21 and G22",
    right: "as there, over HTTP and as a process",
    source: "as G21 and G22",
    at03c8530: "not tried; later ✗ left out",
    tests: behindGateway({ ...envelopes, ...everyIntroduction }),
  },
]);
