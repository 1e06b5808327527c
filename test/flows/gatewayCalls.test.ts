import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { startGateway } from "../../src/gateway/startGateway.ts";
import { connectClient, echoTarget, textOf, versions } from "../support/gatewayCaller.ts";
import { startGateway as startTarget, type TestGateway } from "../support/relayGateways.ts";
import { until } from "../support/until.ts";

const eras = ["legacy", "modern"] as const;

/** A gateway without sign-in, in front of a target that has everything the protocol has. */
async function withTarget(
  era: (typeof eras)[number],
  body: (url: string, target: TestGateway) => Promise<void>,
): Promise<void> {
  const target = await startTarget(era);
  const gateway = await startGateway({ targets: [{ kind: "http", name: "all", url: target.url }, echoTarget()] });
  try {
    await body(gateway.url, target);
  } finally {
    await gateway.stop();
    await target.stop();
  }
}

const answering = (client: Client) => {
  client.setRequestHandler("elicitation/create", async () => ({ action: "accept", content: { name: "Ada" } }));
  client.setRequestHandler("sampling/createMessage", async () => ({
    model: "m",
    role: "assistant",
    content: { type: "text", text: "hello" },
  }));
  client.setRequestHandler("roots/list", async () => ({ roots: [{ uri: "file:///home", name: "home" }] }));
};

for (const version of versions) {
  for (const era of eras) {
    test(`a caller of ${version}, a ${era} target: lists, calls, prompts, resources and completion pass`, async () => {
      await withTarget(era, async (url) => {
        const client = await connectClient(url, version);
        const { tools } = await client.listTools();
        const echo = await client.callTool({ name: "all___echo", arguments: { a: 1 } });
        const prompt = await client.getPrompt({ name: "all___greet", arguments: { who: "Ada" } });
        const completion = (ref: Parameters<Client["complete"]>[0]["ref"]) =>
          client.complete({ ref, argument: { name: "who", value: "A" } }).then((done) => done.completion.values);
        const seen = {
          tools: tools.map(({ name }) => name),
          title: tools[0]?.title,
          own: tools[0]?._meta,
          echo: echo.structuredContent,
          trace: echo._meta?.["example.com/trace"],
          isError: (await client.callTool({ name: "all___fail" })).isError,
          refused: await client.callTool({ name: "all___refuse" }).catch(({ code, data }) => ({ code, data })),
          unknown: await client.callTool({ name: "none___x" }).catch(({ code }) => code),
          bare: await client.callTool({ name: "echo" }).catch(({ code }) => code),
          prompts: (await client.listPrompts()).prompts.map(({ name }) => name),
          prompt: prompt.messages[0]?.content,
          resources: (await client.listResources()).resources.map(({ uri }) => uri),
          templates: (await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate),
          read: (await client.readResource({ uri: "test://one" })).contents,
          readByTemplate: (await client.readResource({ uri: "test://two" })).contents.map(({ uri }) => uri),
          promptCompletion: await completion({ type: "ref/prompt", name: "all___greet" }),
          resourceCompletion: await completion({ type: "ref/resource", uri: "test://{id}" }),
        };
        await client.close();
        assert.deepEqual(seen, {
          tools: [
            ...["echo", "ask", "ask-url", "sample", "roots", "slow", "log", "fail", "refuse"].map((n) => `all___${n}`),
            "here___echo",
            "here___context",
          ],
          title: "The echo tool",
          own: { "example.com/own": "echo" },
          echo: { echoed: { a: 1 } },
          trace: "t-1",
          isError: true,
          refused: { code: -32602, data: { field: "x" } },
          unknown: -32602,
          bare: -32602,
          prompts: ["all___greet"],
          prompt: { type: "text", text: "Greet Ada" },
          resources: ["test://one"],
          templates: ["test://{id}"],
          read: [{ uri: "test://one", mimeType: "text/plain", text: "one" }],
          readByTemplate: ["test://two"],
          promptCompletion: ["A-completed"],
          resourceCompletion: ["A-completed"],
        });
      });
    });

    test(`a caller of ${version}, a ${era} target: questions, progress, log messages and cancelling pass`, async () => {
      await withTarget(era, async (url, target) => {
        const logs: unknown[] = [];
        const client = await connectClient(url, version, undefined, (prepared) => {
          answering(prepared);
          prepared.setNotificationHandler("notifications/message", ({ params }) => void logs.push(params.data));
        });
        const steps: unknown[] = [];
        const cancel = new AbortController();
        const level = { _meta: { "io.modelcontextprotocol/logLevel": "warning" } } as object;
        if (version === "2025-11-25") await client.setLoggingLevel("warning");
        const seen = {
          asked: textOf(await client.callTool({ name: "all___ask" })),
          sampled: textOf(await client.callTool({ name: "all___sample" })),
          roots: textOf(await client.callTool({ name: "all___roots" })),
          slow: textOf(
            await client.callTool({ name: "all___slow" }, { onprogress: ({ progress }) => void steps.push(progress) }),
          ),
          steps,
          log: textOf(await client.callTool({ name: "all___log", ...(version === "2026-07-28" && level) })),
          logs,
          forever: await client
            .callTool(
              { name: "all___slow", arguments: { forever: true } },
              { signal: cancel.signal, onprogress: () => cancel.abort("enough") },
            )
            .catch(() => "gave up"),
          cancelled: await until(() => target.cancelled.length > 0, "the cancelling").then(() => target.cancelled),
        };
        await client.close();
        assert.deepEqual(seen, {
          asked: 'accept: {"name":"Ada"} state-of-ask',
          sampled: '{"type":"text","text":"hello"}',
          roots: '[{"uri":"file:///home","name":"home"}]',
          slow: "done",
          steps: [1, 2, 3],
          log: "logged",
          logs: [{ text: "from the tool" }],
          forever: "gave up",
          cancelled: ["slow"],
        });
      });
    });

    test(`a caller of ${version}, a ${era} target: it hears that a list or a resource changed`, async () => {
      await withTarget(era, async (url, target) => {
        const heard: string[] = [];
        const client = await connectClient(url, version, undefined, (prepared) => {
          prepared.setNotificationHandler("notifications/tools/list_changed", () => void heard.push("tools"));
          prepared.setNotificationHandler(
            "notifications/resources/updated",
            ({ params }) => void heard.push(params.uri),
          );
        });
        await client.listTools();
        if (version === "2025-11-25") await client.subscribeResource({ uri: "test://one" });
        else await client.listen({ toolsListChanged: true, resourceSubscriptions: ["test://one"] });
        await until(() => era === "modern" || target.subscribed.includes("test://one"), "the subscription");
        // A target of the later era says nothing of when it has heard whom to tell.
        await until(() => {
          if (!heard.includes("test://one")) void target.touchResource("test://one");
          return heard.includes("test://one");
        }, "the update");
        await target.addTool("new");
        await until(() => heard.includes("tools"), "the news");
        const { tools } = await client.listTools(undefined, { cacheMode: "bypass" });
        await client.close();
        assert.deepEqual(
          { heard: [...new Set(heard)].sort(), added: tools.some(({ name }) => name === "all___new") },
          { heard: ["test://one", "tools"], added: true },
        );
      });
    });
  }
}

test("a gateway serves the versions it was given, and a caller that can finds the one they share", async () => {
  const initialize = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "raw", version: "1" } };
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const seen: unknown[] = [];
  for (const supported of [["2026-07-28"], ["2025-11-25", "2025-06-18"], ["2025-06-18"]] as const) {
    const gateway = await startGateway({ targets: [echoTarget()], supportedVersions: supported });
    const client = new Client({ name: "any", version: "1" }, { versionNegotiation: { mode: "auto" } });
    await client.connect(new StreamableHTTPClientTransport(new URL(gateway.url)));
    const { tools } = await client.listTools();
    const raw = await fetch(gateway.url, {
      method: "POST",
      headers,
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params: initialize }),
    });
    seen.push([client.getNegotiatedProtocolVersion(), tools.length, raw.status]);
    await raw.text();
    await client.close();
    await gateway.stop();
  }
  assert.deepEqual(seen, [
    ["2026-07-28", 2, 400],
    ["2025-11-25", 2, 200],
    ["2025-06-18", 2, 200],
  ]);
});

test("2026-07-28: a log message comes only to a request that asked for some", async () => {
  await withTarget("legacy", async (url) => {
    const logs: unknown[] = [];
    const client = await connectClient(url, "2026-07-28", undefined, (prepared) =>
      prepared.setNotificationHandler("notifications/message", ({ params }) => void logs.push(params.data)),
    );
    const wanted = { _meta: { "io.modelcontextprotocol/logLevel": "warning" } } as object;
    await client.callTool({ name: "all___log", ...wanted });
    const asked = logs.length;
    await client.callTool({ name: "all___log" });
    await client.close();
    assert.deepEqual({ asked, unasked: logs.length - asked }, { asked: 1, unasked: 0 });
  });
});

test("in a session an answer is JSON when nothing comes before it, and a stream that begins with what does", async () => {
  await withTarget("legacy", async (url) => {
    let session: Record<string, string> = {};
    const post = async (message: object) => {
      const accept = "application/json, text/event-stream";
      const headers = { "content-type": "application/json", accept, ...session };
      const body = JSON.stringify({ jsonrpc: "2.0", ...message });
      return await fetch(url, { method: "POST", headers, body });
    };
    const call = (name: string, id: number, more: object = {}) =>
      post({ id, method: "tools/call", params: { name: `all___${name}`, ...more } });
    const brief = async (response: Response) => {
      const text = await response.text();
      const type = response.headers.get("content-type");
      if (type === "application/json") return [type, (JSON.parse(text) as { id: unknown }).id];
      const messages = [...text.matchAll(/^data: (.*)$/gm)].map(([, data = ""]) => JSON.parse(data));
      return [type, ...messages.map(({ method, id }) => method ?? id)];
    };
    const params = {
      protocolVersion: "2025-11-25",
      capabilities: { elicitation: {} },
      clientInfo: { name: "raw", version: "1" },
    };
    const initialized = await post({ id: 1, method: "initialize", params });
    session = { "mcp-session-id": initialized.headers.get("mcp-session-id") ?? "" };
    const seen: Record<string, unknown> = { initialize: await brief(initialized) };
    seen.notification = (await post({ method: "notifications/initialized" })).status;
    seen.call = await brief(await call("echo", 2));
    seen.refused = await brief(await call("refuse", 3));
    seen.progress = await brief(await call("slow", 4, { _meta: { progressToken: "p" } }));
    const asking = await call("ask", 5);
    const reader = asking.body?.pipeThrough(new TextDecoderStream()).getReader();
    const question = JSON.parse(/^data: (.*)$/m.exec((await reader?.read())?.value ?? "")?.[1] ?? "{}");
    await post({ id: question.id, result: { action: "accept", content: { name: "Ada" } } });
    const rest = (await reader?.read())?.value ?? "";
    seen.question = [asking.headers.get("content-type"), question.method, /accept: .*Ada/.test(rest)];
    await fetch(url, { method: "DELETE", headers: session });
    const progress = Array(3).fill("notifications/progress");
    assert.deepEqual(seen, {
      initialize: ["application/json", 1],
      notification: 202,
      call: ["application/json", 2],
      refused: ["application/json", 3],
      progress: ["text/event-stream", ...progress, 4],
      question: ["text/event-stream", "elicitation/create", true],
    });
  });
});

test("a caller that goes before its answer, and a session that ends before it, hold nothing up", async () => {
  await withTarget("legacy", async (url) => {
    const client = await connectClient(url, "2025-11-25");
    const gone = new AbortController();
    const given = client
      .callTool({ name: "all___slow", arguments: { forever: true } }, { signal: gone.signal })
      .catch(() => "gave up");
    await client.listTools();
    gone.abort("enough");
    const after = textOf(await client.callTool({ name: "here___echo", arguments: { a: 1 } }));
    const open = client.callTool({ name: "all___slow", arguments: { forever: true } }).catch(() => "ended");
    await client.listTools();
    await client.close();
    assert.deepEqual([await given, after, await open], ["gave up", '{"a":1}', "ended"]);
  });
});
