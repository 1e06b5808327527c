import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { startEditor } from "../support/relayEditor.ts";
import { startEverything } from "../support/relayGateways.ts";
import { startRelay } from "../support/relayWorld.ts";
import { until } from "../support/until.ts";

test("the protocol's reference server works through the relay: tools, questions, progress, resources, prompts", async () => {
  const everything = await startEverything();
  const world = await startRelay(everything.url);
  try {
    const asked: string[] = [];
    const editor = await startEditor(world.socket, "test", {
      capabilities: { elicitation: { form: {} }, sampling: {}, roots: { listChanged: true } },
      prepare: (client) => {
        client.setRequestHandler(ElicitRequestSchema, async () => {
          asked.push("elicitation");
          return { action: "decline" };
        });
        client.setRequestHandler(CreateMessageRequestSchema, async () => {
          asked.push("sampling");
          return { model: "m", role: "assistant", content: { type: "text", text: "forty-two" } };
        });
        client.setRequestHandler(ListRootsRequestSchema, async () => {
          asked.push("roots");
          return { roots: [{ uri: "file:///work", name: "work" }] };
        });
      },
    });
    const { client } = editor;
    const call = async (name: string, args: Record<string, unknown> = {}) =>
      ((await client.callTool({ name, arguments: args })).content as { type: string; text?: string }[])[0];
    const listed = (await client.listTools()).tools.map((tool) => tool.name);
    await until(() => asked.includes("roots"), "the server asking for roots");
    const withQuestions = (await client.listTools()).tools.map((tool) => tool.name);
    const steps: number[] = [];
    const long = await client.callTool(
      { name: "trigger-long-running-operation", arguments: { duration: 0.2, steps: 2 } },
      undefined,
      { onprogress: ({ progress }) => steps.push(progress) },
    );
    const structured = await client.callTool({ name: "get-structured-content", arguments: { location: "New York" } });
    const resource = (await client.listResources()).resources[0];
    assert.deepEqual(
      {
        lists: listed.includes("echo") && withQuestions.includes("trigger-sampling-request"),
        echo: (await call("echo", { message: "hi" }))?.text,
        image: Array.isArray((await client.callTool({ name: "get-tiny-image" })).content),
        sampling: (await call("trigger-sampling-request", { prompt: "?" }))?.text?.includes("forty-two"),
        elicitation: (await call("trigger-elicitation-request"))?.text?.includes("declined"),
        long: (long.content as unknown[]).length,
        steps,
        structured: Object.keys(structured.structuredContent ?? {}).sort(),
        read: (await client.readResource({ uri: resource?.uri ?? "" })).contents.length,
        prompts: (await client.listPrompts()).prompts.length > 0,
        asked: asked.sort(),
        refusals: editor.seen.filter(({ status }) => status >= 400),
      },
      {
        lists: true,
        echo: "Echo: hi",
        image: true,
        sampling: true,
        elicitation: true,
        long: 1,
        steps: [1, 2],
        structured: ["conditions", "humidity", "temperature"],
        read: 1,
        prompts: true,
        asked: ["elicitation", "roots", "sampling"],
        refusals: [],
      },
    );
    await editor.stop();
  } finally {
    await world.stop();
    await everything.stop();
  }
});
