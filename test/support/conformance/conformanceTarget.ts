import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CLIENT_CAPABILITIES_META_KEY,
  createMcpHandler,
  createRequestStateCodec,
  type EventStore,
  inputRequired,
  type JSONRPCMessage,
  type McpHttpHandler,
  ProtocolError,
  Server,
  type ServerContext,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";

/** A running target, and its end. */
export interface ConformanceTarget {
  readonly url: string;
  stop(): Promise<void>;
}

/** A red pixel, and a sound of no length. */
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
const WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=";

type Result = Readonly<Record<string, unknown>>;
type Args = Readonly<Record<string, unknown>>;
type Inputs = Parameters<typeof inputRequired>[0]["inputRequests"];

const text = (value: string) => ({ type: "text" as const, text: value });
const said = (...content: object[]): Result => ({ content });
const ask = (inputRequests: Inputs, requestState?: string): Result =>
  inputRequired({ inputRequests: inputRequests ?? {}, ...(requestState !== undefined && { requestState }) }) as Result;
const object = (properties: Record<string, object>, required: string[] = []) =>
  ({ type: "object", properties, required }) as const;
const form = (message: string, properties: Record<string, object>, required: string[] = []) =>
  inputRequired.elicit({ message, requestedSchema: object(properties, required) as never });
const prompt = (words: string) =>
  inputRequired.createMessage({ messages: [{ role: "user", content: text(words) }], maxTokens: 100 });

/**
 * Serves what the server scenarios of `@modelcontextprotocol/conformance` call: its tools, resources and prompts have
 * the names and answers that the suite's own documentation asks for (SDK_INTEGRATION.md and the scenarios' descriptions).
 *
 * @param era what it speaks: sessions as up to 2025-11-25, or 2026-07-28
 */
export async function startConformanceTarget(era: "legacy" | "modern"): Promise<ConformanceTarget> {
  const states = createRequestStateCodec<Record<string, unknown>>({ key: crypto.getRandomValues(new Uint8Array(32)) });
  const sessions = new Map<string, { server: Server; transport: WebStandardStreamableHTTPServerTransport }>();
  let modern: McpHttpHandler | undefined;

  const given = (ctx: ServerContext, name: string) => ctx.mcpReq.inputResponses?.[name] as Result | undefined;
  const accepted = (ctx: ServerContext, name: string) => {
    const answer = given(ctx, name);
    return answer?.action === "accept" ? (answer.content as Result) : undefined;
  };
  const mint = (facts: Result) => states.mint({ ...facts, nonce: randomUUID() });
  /** Asks with a form and says what came back, as the scenarios on elicitation want it. */
  const reply = (ctx: ServerContext, label: string, question: ReturnType<typeof form>): Result => {
    const answer = given(ctx, "form");
    if (answer === undefined) return ask({ form: question });
    return said(text(`${label}: action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`));
  };
  const log = async (ctx: ServerContext, data: string) =>
    await ctx.mcpReq.notify({ method: "notifications/message", params: { level: "info", data } });

  const nameForm = form("What is your name?", { name: { type: "string" } }, ["name"]);
  const okForm = form("Please confirm", { ok: { type: "boolean" } }, ["ok"]);

  const tools: Record<string, (args: Args, ctx: ServerContext) => Result | Promise<Result>> = {
    test_simple_text: () => said(text("This is a simple text response for testing.")),
    test_image_content: () => said({ type: "image", data: PNG, mimeType: "image/png" }),
    test_audio_content: () => said({ type: "audio", data: WAV, mimeType: "audio/wav" }),
    test_embedded_resource: () =>
      said({
        type: "resource",
        resource: {
          uri: "test://embedded-resource",
          mimeType: "text/plain",
          text: "This is an embedded resource content.",
        },
      }),
    test_multiple_content_types: () =>
      said(
        text("Multiple content types test:"),
        { type: "image", data: PNG, mimeType: "image/png" },
        {
          type: "resource",
          resource: {
            uri: "test://mixed-content-resource",
            mimeType: "application/json",
            text: '{"test":"data","value":123}',
          },
        },
      ),
    test_tool_with_logging: async (_args, ctx) => {
      for (const line of ["Tool execution started", "Tool processing data", "Tool execution completed"]) {
        await log(ctx, line);
      }
      return said(text("done"));
    },
    test_tool_with_progress: async (_args, ctx) => {
      const token = ctx.mcpReq._meta?.progressToken;
      for (const progress of token === undefined ? [] : [0, 50, 100]) {
        const params = { progressToken: token as string | number, progress, total: 100 };
        await ctx.mcpReq.notify({ method: "notifications/progress", params });
      }
      return said(text("done"));
    },
    test_error_handling: () => ({
      ...said(text("This tool intentionally returns an error for testing")),
      isError: true,
    }),
    test_sampling: (args, ctx) => {
      const answer = given(ctx, "answer");
      if (answer === undefined) return ask({ answer: prompt(String(args.prompt)) });
      return said(text(`LLM response: ${(answer.content as { text?: string }).text}`));
    },
    test_elicitation: (args, ctx) =>
      reply(ctx, "User response", form(String(args.message), { response: { type: "string" } }, ["response"])),
    test_elicitation_sep1034_defaults: (_args, ctx) =>
      reply(
        ctx,
        "Elicitation completed",
        form("Please look at the defaults", {
          name: { type: "string", default: "John Doe" },
          age: { type: "integer", default: 30 },
          score: { type: "number", default: 95.5 },
          status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
          verified: { type: "boolean", default: true },
        }),
      ),
    test_elicitation_sep1330_enums: (_args, ctx) =>
      reply(
        ctx,
        "Elicitation completed",
        form("Please choose", {
          untitledSingle: { type: "string", enum: ["option1", "option2", "option3"] },
          titledSingle: { type: "string", oneOf: titled("First Option", "Second Option", "Third Option") },
          legacyEnum: {
            type: "string",
            enum: ["opt1", "opt2", "opt3"],
            enumNames: ["Option One", "Option Two", "Option Three"],
          },
          untitledMulti: { type: "array", items: { type: "string", enum: ["option1", "option2", "option3"] } },
          titledMulti: { type: "array", items: { anyOf: titled("First Choice", "Second Choice", "Third Choice") } },
        }),
      ),
    test_reconnection: (_args, ctx) => {
      const { transport } = sessions.get(ctx.sessionId ?? "") ?? {};
      if (ctx.mcpReq.id !== undefined) transport?.closeSSEStream(ctx.mcpReq.id);
      return said(text("The stream was closed in the middle"));
    },
    json_schema_2020_12_tool: (args) => said(text(JSON.stringify(args))),
    test_x_mcp_header: (args) => said(text(`region=${args.region ?? ""}`)),
    test_missing_capability: (_args, ctx) =>
      given(ctx, "answer") ? said(text("done")) : ask({ answer: prompt("Say one word") }),
    test_streaming_elicitation: () => said(text("nothing but this")),
    test_logging_tool: async (_args, ctx) => {
      await ctx.mcpReq.log("info", "only for those who asked for it");
      return said(text("done"));
    },
    test_trigger_tool_change: async () => {
      modern?.notify.toolsChanged();
      for (const { server } of sessions.values()) await server.sendToolListChanged();
      return said(text("told"));
    },
    test_trigger_prompt_change: async () => {
      modern?.notify.promptsChanged();
      for (const { server } of sessions.values()) await server.sendPromptListChanged();
      return said(text("told"));
    },
    test_input_required_result_elicitation: (_args, ctx) => {
      const name = accepted(ctx, "user_name")?.name;
      return typeof name === "string" ? said(text(`Hello, ${name}!`)) : ask({ user_name: nameForm });
    },
    test_input_required_result_sampling: (_args, ctx) => {
      const answer = given(ctx, "capital_question")?.content as { text?: string } | undefined;
      if (answer === undefined) return ask({ capital_question: prompt("What is the capital of France?") });
      return said(text(`Sampling response: ${answer.text}`));
    },
    test_input_required_result_list_roots: (_args, ctx) => {
      const roots = given(ctx, "client_roots")?.roots as { uri: string }[] | undefined;
      if (roots === undefined) return ask({ client_roots: inputRequired.listRoots() });
      return said(text(`Roots: ${roots.map(({ uri }) => uri).join(", ")}`));
    },
    test_input_required_result_request_state: async (_args, ctx) => {
      if (accepted(ctx, "confirm") === undefined) return ask({ confirm: okForm }, await mint({ for: "state" }));
      if (ctx.mcpReq.requestState() === undefined) throw new ProtocolError(-32602, "Invalid requestState");
      return said(text("state-ok"));
    },
    test_input_required_result_multiple_inputs: async (_args, ctx) => {
      const name = accepted(ctx, "user_name")?.name;
      const greeting = (given(ctx, "greeting")?.content as { text?: string } | undefined)?.text;
      const roots = given(ctx, "client_roots")?.roots as unknown[] | undefined;
      if (name === undefined || greeting === undefined || roots === undefined) {
        const all = { user_name: nameForm, greeting: prompt("Greet me"), client_roots: inputRequired.listRoots() };
        return ask(all, await mint({ for: "several" }));
      }
      return said(text(`${greeting} ${name}, ${roots.length} roots`));
    },
    test_input_required_result_multi_round: async (_args, ctx) => {
      const state = ctx.mcpReq.requestState<Result>();
      const asked = (name: string) => form(`What is your ${name}?`, { [name]: { type: "string" } }, [name]);
      if (state === undefined) return ask({ step1: asked("name") }, await mint({ round: 1 }));
      if (state.round === 1) {
        return ask({ step2: asked("color") }, await mint({ round: 2, name: accepted(ctx, "step1")?.name }));
      }
      return said(text(`${state.name} likes ${accepted(ctx, "step2")?.color}`));
    },
    test_input_required_result_tampered_state: async (_args, ctx) => {
      const done = ctx.mcpReq.requestState() !== undefined && accepted(ctx, "confirm") !== undefined;
      return done ? said(text("integrity-ok")) : ask({ confirm: okForm }, await mint({ for: "tampering" }));
    },
    test_input_required_result_capabilities: (_args, ctx) => {
      if (ctx.mcpReq.inputResponses !== undefined) return said(text("done"));
      const { server } = sessions.get(ctx.sessionId ?? "") ?? {};
      const envelope = ctx.mcpReq.envelope as Result | undefined;
      const can = (server?.getClientCapabilities() ?? envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? {}) as Result;
      const inputs = {
        ...(can.elicitation !== undefined && { user_name: nameForm }),
        ...(can.sampling !== undefined && { greeting: prompt("Greet me") }),
        ...(can.roots !== undefined && { client_roots: inputRequired.listRoots() }),
      };
      return Object.keys(inputs).length > 0 ? ask(inputs) : said(text("nothing can be asked"));
    },
  };

  const prompts: Record<string, (args: Args, ctx: ServerContext) => Result> = {
    test_simple_prompt: () => ({ messages: [by(text("This is a simple prompt for testing."))] }),
    test_prompt_with_arguments: ({ arg1, arg2 }) => ({
      messages: [by(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))],
    }),
    test_prompt_with_embedded_resource: ({ resourceUri }) => ({
      messages: [
        by({ type: "resource", resource: { uri: resourceUri, mimeType: "text/plain", text: "Embedded content" } }),
        by(text("Please process the embedded resource above.")),
      ],
    }),
    test_prompt_with_image: () => ({
      messages: [by({ type: "image", data: PNG, mimeType: "image/png" }), by(text("Please analyze the image above."))],
    }),
    test_input_required_result_prompt: (_args, ctx) => {
      const context = accepted(ctx, "user_context")?.context;
      if (context === undefined) {
        return ask({ user_context: form("Which context?", { context: { type: "string" } }, ["context"]) });
      }
      return { messages: [by(text(`Use the following context: ${context}`))] };
    },
  };

  function makeServer(): Server {
    const server = new Server(
      { name: "conformance-target", version: "1" },
      {
        capabilities: {
          tools: { listChanged: true },
          prompts: { listChanged: true },
          resources: { listChanged: true, subscribe: true },
          completions: {},
          logging: {},
        },
        requestState: { verify: states.verify },
      },
    );
    server.setRequestHandler("tools/list", async () => ({
      tools: Object.keys(tools).map((name) => ({
        name,
        description: `Does what the scenario of ${name} needs`,
        inputSchema: (schemas[name] ?? object({})) as { type: "object" },
      })),
    }));
    server.setRequestHandler("tools/call", async ({ params }, ctx) => {
      const tool = tools[params.name];
      if (tool === undefined) throw new ProtocolError(-32602, `Unknown tool: ${params.name}`);
      return (await tool(params.arguments ?? {}, ctx)) as never;
    });
    server.setRequestHandler("prompts/list", async () => ({
      prompts: Object.keys(prompts).map((name) => ({
        name,
        description: `Does what the scenario of ${name} needs`,
        arguments: (promptArguments[name] ?? []).map((argument) => ({ name: argument, required: true })),
      })),
    }));
    server.setRequestHandler("prompts/get", async ({ params }, ctx) => {
      const found = prompts[params.name];
      if (found === undefined) throw new ProtocolError(-32602, `Unknown prompt: ${params.name}`);
      return found(params.arguments ?? {}, ctx) as never;
    });
    server.setRequestHandler("resources/list", async () => ({
      resources: Object.keys(resources).map((uri) => ({
        uri,
        name: uri.replace("test://", ""),
        mimeType: String(resources[uri]?.mimeType),
      })),
    }));
    server.setRequestHandler("resources/templates/list", async () => ({
      resourceTemplates: [{ uriTemplate: "test://template/{id}/data", name: "template", mimeType: "application/json" }],
    }));
    server.setRequestHandler("resources/read", async ({ params: { uri } }) => {
      const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
      const generated = {
        mimeType: "application/json",
        text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
      };
      const found = id === undefined ? resources[uri] : generated;
      if (found === undefined) {
        throw new ProtocolError(era === "modern" ? -32602 : -32002, "Resource not found", { uri });
      }
      return { contents: [{ uri, ...found }] as never };
    });
    server.setRequestHandler("completion/complete", async () => ({
      completion: { values: [], total: 0, hasMore: false },
    }));
    if (era === "legacy") {
      server.setRequestHandler("resources/subscribe", async () => ({}));
      server.setRequestHandler("resources/unsubscribe", async () => ({}));
      server.setRequestHandler("logging/setLevel", async () => ({}));
    }
    return server;
  }

  async function respond(request: Request): Promise<Response> {
    if (era === "modern") {
      modern ??= createMcpHandler(makeServer, { legacy: "reject" });
      return await modern.fetch(request);
    }
    const known = sessions.get(request.headers.get("mcp-session-id") ?? "");
    if (known !== undefined) return await known.transport.handleRequest(request);
    if (request.headers.has("mcp-session-id")) return new Response(null, { status: 404 });
    const server = makeServer();
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      eventStore: memory(),
      retryInterval: 10,
      onsessioninitialized: (id) => void sessions.set(id, { server, transport }),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    await server.connect(transport);
    return await transport.handleRequest(request);
  }

  const http = createServer(async (incoming, outgoing) => {
    const ended = new AbortController();
    outgoing.once("close", () => ended.abort());
    const response = await respond(await webRequest(incoming, ended.signal));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.flushHeaders();
    const reader = response.body?.getReader();
    ended.signal.addEventListener("abort", () => void reader?.cancel().catch(() => {}));
    for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) {
      outgoing.write(next.value);
    }
    outgoing.end();
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    async stop() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      for (const { transport } of sessions.values()) await transport.close();
      await modern?.close();
    },
  };
}

/** Keeps what was sent, for a client whose stream was closed (2025-11-25, basic/transports, resumability). */
function memory(): EventStore {
  const sent: { readonly stream: string; readonly message: JSONRPCMessage }[] = [];
  return {
    storeEvent: async (stream, message) => String(sent.push({ stream, message }) - 1),
    async replayEventsAfter(last, { send }) {
      const stream = sent[Number(last)]?.stream ?? "";
      for (const [at, event] of sent.entries()) {
        const isMessage = "jsonrpc" in event.message;
        if (at > Number(last) && event.stream === stream && isMessage) await send(String(at), event.message);
      }
      return stream;
    },
  };
}

const by = (content: object) => ({ role: "user", content });

const titled = (...titles: string[]) => titles.map((title, at) => ({ const: `value${at + 1}`, title }));

const resources: Readonly<Record<string, Result>> = {
  "test://static-text": { mimeType: "text/plain", text: "This is the content of the static text resource." },
  "test://static-binary": { mimeType: "image/png", blob: PNG },
  "test://watched-resource": { mimeType: "text/plain", text: "Watched" },
};

const promptArguments: Readonly<Record<string, readonly string[]>> = {
  test_prompt_with_arguments: ["arg1", "arg2"],
  test_prompt_with_embedded_resource: ["resourceUri"],
};

/** Schemas that have to come through as they were written. */
const schemas: Readonly<Record<string, Result>> = {
  test_sampling: object({ prompt: { type: "string" } }, ["prompt"]),
  test_elicitation: object({ message: { type: "string" } }, ["message"]),
  test_x_mcp_header: object({ region: { type: "string", "x-mcp-header": "Region" }, level: { type: "integer" } }),
  json_schema_2020_12_tool: {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    $defs: {
      address: {
        $anchor: "addressDef",
        type: "object",
        properties: { street: { type: "string" }, city: { type: "string" } },
      },
    },
    properties: {
      name: { type: "string" },
      address: { $ref: "#/$defs/address" },
      contactMethod: { type: "string", enum: ["phone", "email"] },
      phone: { type: "string" },
      email: { type: "string" },
    },
    allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
    if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, and nobody awaits a schema
    then: { required: ["phone"] },
    else: { required: ["email"] },
    additionalProperties: false,
  },
};

async function webRequest(incoming: IncomingMessage, signal: AbortSignal): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return new Request(`http://127.0.0.1${incoming.url}`, {
    method: incoming.method ?? "GET",
    headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
    signal,
    ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
  });
}
