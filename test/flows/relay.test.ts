import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { startEditor } from "../support/relayEditor.ts";
import { startGateway } from "../support/relayGateways.ts";
import { startRelay } from "../support/relayWorld.ts";
import { until } from "../support/until.ts";

const allTools = ["echo", "ask", "ask-url", "sample", "roots", "slow", "log", "fail", "refuse"];

for (const era of ["legacy", "modern"] as const) {
  test(`${era} gateway: everything an editor asks is answered as the gateway wrote it`, async () => {
    const gateway = await startGateway(era);
    const world = await startRelay(gateway.url);
    try {
      const editor = await startEditor(world.socket, "test");
      const { client } = editor;
      const tools = await client.listTools();
      const echo = await client.request(
        { method: "tools/call", params: { name: "echo", arguments: { a: 1 } } },
        // The editor's SDK must not be the one that drops a field.
        (await import("zod/v4")).looseObject({}) as never,
      );
      const { ttlMs: _, cacheScope: __, ...echoed } = echo as Record<string, unknown>;
      const meta = { ...(echoed._meta as object) } as Record<string, unknown>;
      delete meta["io.modelcontextprotocol/serverInfo"];
      assert.deepEqual(
        {
          serverInfo: client.getServerVersion(),
          tools: tools.tools.map((tool) => tool.name),
          nextCursor: tools.nextCursor,
          first: tools.tools[0],
          echo: { ...echoed, _meta: meta },
          fail: (await client.callTool({ name: "fail" })).isError,
          refuse: await client
            .callTool({ name: "refuse" })
            .catch((error) => ({ code: error.code, data: error.data, said: error.message.includes("make no sense") })),
          prompts: (await client.listPrompts()).prompts.map((prompt) => prompt.name),
          prompt: (await client.getPrompt({ name: "greet", arguments: { who: "Ada" } })).messages[0]?.content,
          resources: (await client.listResources()).resources.map((resource) => resource.uri),
          templates: (await client.listResourceTemplates()).resourceTemplates.map((template) => template.uriTemplate),
          read: (await client.readResource({ uri: "test://one" })).contents[0],
          completion: (
            await client.complete({ ref: { type: "ref/prompt", name: "greet" }, argument: { name: "who", value: "A" } })
          ).completion.values,
          ping: await client.ping(),
          refusals: editor.seen.filter(({ status }) => status >= 400),
        },
        {
          serverInfo: { name: "Test", version: "0.1.0" },
          tools: allTools,
          nextCursor: undefined,
          first: {
            name: "echo",
            title: "The echo tool",
            inputSchema: { type: "object" },
            annotations: { readOnlyHint: true },
            icons: [{ src: "https://example.com/icon.png" }],
            _meta: { "example.com/own": "echo" },
          },
          echo: {
            content: [{ type: "text", text: '{"a":1}' }],
            structuredContent: { echoed: { a: 1 } },
            _meta: { "example.com/trace": "t-1" },
            somethingNew: { kept: true },
          },
          fail: true,
          refuse: { code: -32602, data: { field: "x" }, said: true },
          prompts: ["greet"],
          prompt: { type: "text", text: "Greet Ada" },
          resources: ["test://one"],
          templates: ["test://{id}"],
          read: { uri: "test://one", mimeType: "text/plain", text: "one" },
          completion: ["A-completed"],
          ping: {},
          refusals: [],
        },
      );
      await editor.stop();
    } finally {
      await world.stop();
      await gateway.stop();
    }
  });

  test(`${era} gateway: what it asks during a call reaches the editor that called, and the answer goes back`, async () => {
    const gateway = await startGateway(era);
    const world = await startRelay(gateway.url);
    try {
      const asked: unknown[] = [];
      const editor = await startEditor(world.socket, "test", {
        capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, roots: { listChanged: true } },
        prepare: (client) => {
          client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
            asked.push(params.mode === "url" ? params.url : params.message);
            return params.mode === "url" ? { action: "accept" } : { action: "accept", content: { name: "Ada" } };
          });
          client.setRequestHandler(CreateMessageRequestSchema, async ({ params }) => {
            asked.push(params.maxTokens);
            return { model: "m", role: "assistant", content: { type: "text", text: "Hi" } };
          });
          client.setRequestHandler(ListRootsRequestSchema, async () => ({ roots: [{ uri: "file:///work" }] }));
        },
      });
      const bystander = await startEditor(world.socket, "test", { capabilities: { elicitation: { form: {} } } });
      const text = async (name: string) =>
        ((await editor.client.callTool({ name })).content as { text: string }[])[0]?.text;
      assert.deepEqual(
        {
          ask: (await text("ask"))?.startsWith('accept: {"name":"Ada"}'),
          url: await text("ask-url"),
          sample: await text("sample"),
          roots: await text("roots"),
          asked,
        },
        {
          ask: true,
          url: "accept",
          sample: '{"type":"text","text":"Hi"}',
          roots: '[{"uri":"file:///work"}]',
          asked: ["Who are you?", "https://example.com/consent", 10],
        },
      );
      await bystander.stop();
      await editor.stop();
    } finally {
      await world.stop();
      await gateway.stop();
    }
  });

  test(`${era} gateway: progress, log messages and cancelling cross the relay`, async () => {
    const gateway = await startGateway(era);
    const world = await startRelay(gateway.url);
    try {
      const logs: unknown[] = [];
      const editor = await startEditor(world.socket, "test", {
        prepare: (client) =>
          client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void logs.push(params.data)),
      });
      const steps: unknown[] = [];
      await editor.client.setLoggingLevel("warning");
      await editor.client.callTool({ name: "slow" }, undefined, { onprogress: (progress) => steps.push(progress) });
      await editor.client.callTool({ name: "log" });
      const cancel = new AbortController();
      const forever = editor.client
        .callTool({ name: "slow", arguments: { forever: true } }, undefined, {
          signal: cancel.signal,
          onprogress: () => cancel.abort("enough"),
        })
        .catch(() => "cancelled");
      assert.deepEqual(
        {
          forever: await forever,
          steps,
          logs,
          level: await until(() => gateway.logLevels.includes("warning"), "the log level").then(() => true),
          cancelled: await until(() => gateway.cancelled.length > 0, "the cancelling").then(() => gateway.cancelled),
        },
        {
          forever: "cancelled",
          steps: [1, 2, 3].map((step) => ({ progress: step, total: 3, message: `step ${step}` })),
          logs: [{ text: "from the tool" }],
          level: true,
          cancelled: ["slow"],
        },
      );
      await editor.stop();
    } finally {
      await world.stop();
      await gateway.stop();
    }
  });

  test(`${era} gateway: a changed tool list and a changed resource are announced to the editor`, async () => {
    const gateway = await startGateway(era);
    const world = await startRelay(gateway.url);
    try {
      const changes: string[] = [];
      const editor = await startEditor(world.socket, "test", {
        prepare: (client) => {
          client.setNotificationHandler(ToolListChangedNotificationSchema, () => void changes.push("tools"));
          client.setNotificationHandler(
            ResourceUpdatedNotificationSchema,
            ({ params }) => void changes.push(params.uri),
          );
        },
      });
      await editor.client.listTools();
      await editor.client.subscribeResource({ uri: "test://one" });
      // The gateway hears of a subscription on a stream that opens beside the calls.
      await until(
        () => world.access.sent.filter((sent) => /^GET$|listen/.test(sent)).length >= (era === "modern" ? 2 : 1),
        "listening",
      );
      await until(() => {
        void gateway.touchResource("test://one");
        return changes.includes("test://one");
      }, "the changed resource");
      await gateway.addTool("new");
      await until(() => changes.includes("tools"), "the changed list");
      const tools = (await editor.client.listTools()).tools.map((tool) => tool.name);
      await until(() => world.toolsChanged.at(-1)?.includes("new") === true, "the extension hearing of it");
      assert.deepEqual(tools, [...allTools, "new"]);
      await editor.stop();
    } finally {
      await world.stop();
      await gateway.stop();
    }
  });
}
