import { inputRequired, Server, type ServerContext } from "@modelcontextprotocol/server";
import type { Json } from "../../../src/mcp/passThrough.ts";
import type { Era } from "../../../src/mcp/upstreamClient.ts";
import { upstreamServer } from "../mcpKernel.ts";
import { startWebServer } from "../webServer.ts";
import {
  APP,
  capabilities,
  completion,
  LONG_NAME,
  pages,
  prompts,
  resources,
  serverInfo,
  templates,
  tools,
} from "./parityItems.ts";

/** A message that came in, as it was sent. */
export interface Received {
  readonly method: string;
  readonly params: Json;
}

/** An MCP server of one era with something of everything that the protocol has. */
export interface ParityServer {
  readonly url: string;
  readonly received: readonly Received[];
  /** Tools whose call was given up by whoever made it. */
  readonly cancelled: readonly string[];
  /** Says that something changed: a list, or a resource. */
  tell(change: "tools" | "prompts" | "resources" | { readonly uri: string }): Promise<void>;
  stop(): Promise<void>;
}

/** How many items a page of a list has. */
const PAGE = 3;

export async function startParityServer(era: Era): Promise<ParityServer> {
  const received: Received[] = [];
  const cancelled: string[] = [];
  const servers = new Set<Server>();
  const upstream = upstreamServer(era, () => {
    const server = makeServer(cancelled, era);
    if (era === "legacy") servers.add(server);
    server.onclose = () => void servers.delete(server);
    return server;
  });
  upstream.intercept = (rpc) => {
    if (typeof rpc.method === "string") received.push({ method: rpc.method, params: (rpc.params ?? {}) as Json });
    return undefined;
  };
  const web = await startWebServer(async (request) => {
    const { method, headers, signal, url } = request;
    const body = method === "POST" ? { body: await request.text() } : {};
    return await upstream.fetch(url, { method, headers, signal, ...body });
  });
  return {
    url: `${web.origin}/mcp`,
    received,
    cancelled,
    async tell(change) {
      if (typeof change === "object") {
        upstream.modern?.notify.resourceUpdated(change.uri);
        for (const server of servers) await server.sendResourceUpdated(change);
        return;
      }
      if (change === "tools") upstream.modern?.notify.toolsChanged();
      if (change === "prompts") upstream.modern?.notify.promptsChanged();
      if (change === "resources") upstream.modern?.notify.resourcesChanged();
      for (const server of servers) await server.notification({ method: `notifications/${change}/list_changed` });
    },
    async stop() {
      await web.stop();
      await upstream.modern?.close();
      for (const server of servers) await server.close();
    },
  };
}

function makeServer(cancelled: string[], era: Era): Server {
  const server = new Server(serverInfo, { instructions: "Be kind.", capabilities });
  const page = (items: readonly object[], cursor: unknown) => pages(items, PAGE, cursor);
  server.setRequestHandler("tools/list", async ({ params }) => page(tools, params?.cursor).as("tools") as never);
  server.setRequestHandler("prompts/list", async ({ params }) => page(prompts, params?.cursor).as("prompts") as never);
  server.setRequestHandler(
    "resources/list",
    async ({ params }) => page(resources, params?.cursor).as("resources") as never,
  );
  server.setRequestHandler(
    "resources/templates/list",
    async ({ params }) => page(templates, params?.cursor).as("resourceTemplates") as never,
  );
  server.setRequestHandler("tools/call", async ({ params }, ctx) => (await call(params, ctx, cancelled)) as never);
  server.setRequestHandler("prompts/get", async ({ params }) => ({
    description: `For ${params.arguments?.who}`,
    messages: [
      { role: "user", content: { type: "text", text: `Greet ${params.arguments?.who}` } },
      { role: "assistant", content: { type: "resource_link", uri: "test://one", name: "one" } },
    ],
    _meta: { "example.com/own": "prompt" },
  }));
  server.setRequestHandler("resources/read", async ({ params }) => read(params.uri) as never);
  server.setRequestHandler("completion/complete", async ({ params }) => completion(params));
  if (era === "legacy") {
    server.setRequestHandler("resources/subscribe", async () => ({}));
    server.setRequestHandler("resources/unsubscribe", async () => ({}));
    server.setRequestHandler("logging/setLevel", async () => ({}));
  }
  server.fallbackRequestHandler = async ({ method, params }) => {
    if (method !== "example.com/double") throw Object.assign(new Error("Method not found"), { code: -32601 });
    return { doubled: 2 * Number((params as Json | undefined)?.number) };
  };
  server.fallbackNotificationHandler = async () => {};
  return server;
}

function read(uri: string): Json {
  if (uri === APP.uri) return { contents: [{ ...APP, LONG_NAME, text: "<title>Clock</title>" }] };
  if (uri === "test://bytes") return { contents: [{ uri, mimeType: "image/png", blob: "iVBORw0KGgo=" }] };
  if (uri === "test://nowhere") throw Object.assign(new Error("Resource not found"), { code: -32002, data: { uri } });
  return { contents: [{ uri, mimeType: "text/plain", text: `of ${uri}`, _meta: { "example.com/own": "contents" } }] };
}

const text = (value: unknown) => ({ content: [{ type: "text" as const, text: JSON.stringify(value) }] });

async function call(params: { name: string; arguments?: Json | undefined }, ctx: ServerContext, cancelled: string[]) {
  const { mcpReq } = ctx;
  const answers = mcpReq.inputResponses as Json | undefined;
  switch (params.name) {
    case "echo":
      return {
        content: [
          { type: "text", text: JSON.stringify(params.arguments ?? null), annotations: { priority: 0.5 } },
          { type: "image", data: "iVBORw0KGgo=", mimeType: "image/png", _meta: { "example.com/own": "image" } },
          { type: "audio", data: "UklGRg==", mimeType: "audio/wav" },
          { type: "resource_link", uri: "test://one", name: "one", icons: [{ src: "https://example.com/i.png" }] },
          { type: "resource", resource: { uri: "test://two", mimeType: "text/plain", text: "two" } },
        ],
        structuredContent: { echoed: params.arguments ?? null },
        _meta: { "example.com/trace": "t-1" },
        somethingNew: { kept: true },
      };
    case LONG_NAME:
      return text("called");
    case "fail":
      return { ...text("it did not work"), isError: true };
    case "refuse":
      throw Object.assign(new Error("Those arguments make no sense"), { code: -32602, data: { field: "x" } });
    case "needs-page": {
      const page = { mode: "url", elicitationId: "e1", url: "https://example.com/consent", message: "Allow access." };
      throw Object.assign(new Error("A consent is needed"), { code: -32042, data: { elicitations: [page] } });
    }
    case "ask-form": {
      if (answers?.it) return { ...text("heard"), structuredContent: { heard: answers.it } };
      const name = { type: "string" as const, title: "Name", description: "Your own.", minLength: 1, default: "Ada" };
      const requestedSchema = { type: "object" as const, properties: { name }, required: ["name"] };
      return inputRequired({
        inputRequests: { it: inputRequired.elicit({ message: "Who are you?", requestedSchema }) },
      });
    }
    case "ask-page": {
      if (answers?.it) return { ...text("heard"), structuredContent: { heard: answers.it } };
      const page = { message: "Open this", url: "https://example.com/consent" };
      return inputRequired({ inputRequests: { it: inputRequired.elicitUrl(page) } });
    }
    case "sample": {
      if (answers?.it) return { ...text("heard"), structuredContent: { heard: answers.it } };
      const said = { role: "user" as const, content: { type: "text" as const, text: "Say something" } };
      const asked = {
        messages: [said],
        systemPrompt: "Be brief.",
        modelPreferences: { hints: [{ name: "small" }], costPriority: 0.3 },
        temperature: 0.1,
        stopSequences: ["."],
        metadata: { own: true },
        maxTokens: 10,
      };
      return inputRequired({ inputRequests: { it: inputRequired.createMessage(asked) } });
    }
    case "ask-roots":
      if (answers?.it) return { ...text("heard"), structuredContent: { heard: answers.it } };
      return inputRequired({ inputRequests: { it: inputRequired.listRoots() } });
    case "slow": {
      const progressToken = mcpReq._meta?.progressToken;
      for (let progress = 1; progress <= 3 && progressToken !== undefined; progress++) {
        const params = { progressToken, progress, total: 3, message: `step ${progress}` };
        await mcpReq.notify({ method: "notifications/progress", params });
      }
      return text("done");
    }
    case "wait":
      await new Promise<void>((resolve) => mcpReq.signal.addEventListener("abort", () => resolve()));
      cancelled.push(params.name);
      return text("given up");
    case "log": {
      for (const level of ["debug", "warning"] as const) {
        const about = { level, logger: "test", data: { said: "from the tool" }, _meta: { "example.com/own": "log" } };
        await mcpReq.notify({ method: "notifications/message", params: about });
      }
      return text("logged");
    }
    default:
      throw Object.assign(new Error(`Unknown tool: ${params.name}`), { code: -32602 });
  }
}
