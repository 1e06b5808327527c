import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import {
  createMcpHandler,
  inputRequired,
  type McpHttpHandler,
  Server,
  type ServerContext,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { freePorts, startWebServer } from "./webServer.ts";

export interface TestGateway {
  readonly url: string;
  /** Tools whose call was cancelled by the other side. */
  readonly cancelled: string[];
  /** Tool calls that arrived. */
  readonly calls: string[];
  /** Log levels that were set (2025-11-25), or that a call carried (2026-07-28). */
  readonly logLevels: string[];
  readonly subscribed: string[];
  readonly rootsChanged: { count: number };
  readonly sessions: Map<string, { server: Server; transport: WebStandardStreamableHTTPServerTransport }>;
  readonly clients: string[];
  /** Adds a tool and says so. */
  addTool(name: string): Promise<void>;
  touchResource(uri: string): Promise<void>;
  /** Forgets all sessions, as a restart does. */
  forgetSessions(): Promise<void>;
  /** Ends the answer's stream of every call in progress. */
  dropStreams(): void;
  stop(): Promise<void>;
}

const PAGE = 2;

/**
 * A gateway of one era with everything the protocol has.
 *
 * @param instead answers a request in its place, as often as it gives something
 */
export async function startGateway(
  era: "legacy" | "modern",
  port = 0,
  instead?: (request: Request) => Response | undefined | Promise<Response | undefined>,
): Promise<TestGateway> {
  const cancelled: string[] = [];
  const calls: string[] = [];
  const logLevels: string[] = [];
  const subscribed: string[] = [];
  const clients: string[] = [];
  const rootsChanged = { count: 0 };
  const sessions: TestGateway["sessions"] = new Map();
  const toolNames = ["echo", "ask", "ask-url", "sample", "roots", "slow", "log", "fail", "refuse"];

  const makeServer = (): Server => {
    const server = new Server(
      { name: "everything-we-need", version: "9.9.9" },
      {
        instructions: "Be kind.",
        capabilities: {
          tools: { listChanged: true },
          prompts: { listChanged: true },
          resources: { listChanged: true, subscribe: true },
          completions: {},
          logging: {},
        },
      },
    );
    server.setRequestHandler("tools/list", async ({ params }) => {
      const from = Number(params?.cursor ?? 0);
      const tools = toolNames.slice(from, from + PAGE).map((name) => ({
        name,
        title: `The ${name} tool`,
        inputSchema: { type: "object" as const },
        annotations: { readOnlyHint: name === "echo" },
        icons: [{ src: "https://example.com/icon.png" }],
        _meta: { "example.com/own": name },
      }));
      return { tools, ...(from + PAGE < toolNames.length && { nextCursor: String(from + PAGE) }) };
    });
    server.setRequestHandler("tools/call", async (request, ctx) => await callTool(request.params, ctx, server));
    server.setRequestHandler("prompts/list", async () => ({
      prompts: [{ name: "greet", arguments: [{ name: "who" }] }],
    }));
    server.setRequestHandler("prompts/get", async ({ params }) => ({
      messages: [{ role: "user" as const, content: { type: "text" as const, text: `Greet ${params.arguments?.who}` } }],
    }));
    server.setRequestHandler("resources/list", async () => ({ resources: [{ uri: "test://one", name: "one" }] }));
    server.setRequestHandler("resources/templates/list", async () => ({
      resourceTemplates: [{ uriTemplate: "test://{id}", name: "any" }],
    }));
    server.setRequestHandler("resources/read", async ({ params }) => ({
      contents: [{ uri: params.uri, mimeType: "text/plain", text: "one" }],
    }));
    server.setRequestHandler("completion/complete", async ({ params }) => ({
      completion: { values: [`${params.argument.value}-completed`] },
    }));
    if (era === "legacy") {
      server.setRequestHandler("resources/subscribe", async ({ params }) => {
        subscribed.push(params.uri);
        return {};
      });
      server.setRequestHandler("resources/unsubscribe", async ({ params }) => {
        subscribed.push(`not ${params.uri}`);
        return {};
      });
      server.setRequestHandler("logging/setLevel", async ({ params }) => {
        logLevels.push(params.level);
        return {};
      });
      server.setNotificationHandler("notifications/roots/list_changed", async () => {
        rootsChanged.count++;
      });
    }
    return server;
  };

  async function callTool(
    params: { name: string; arguments?: Record<string, unknown> | undefined },
    ctx: ServerContext,
    server: Server,
  ) {
    const args = params.arguments ?? {};
    const name = params.name;
    const text = (value: string) => ({ content: [{ type: "text" as const, text: value }] });
    const level = ctx.mcpReq.envelope?.["io.modelcontextprotocol/logLevel" as never];
    if (level !== undefined) logLevels.push(level);
    calls.push(name);
    const given = (key: string) =>
      (ctx.mcpReq.inputResponses?.[key] ?? undefined) as Record<string, unknown> | undefined;
    switch (name) {
      case "ask": {
        const answer = given("name");
        if (answer !== undefined)
          return text(
            `${answer.action}: ${JSON.stringify(answer.content ?? null)} ${ctx.mcpReq.requestState() ?? ""}`.trim(),
          );
        return inputRequired({
          inputRequests: {
            name: inputRequired.elicit({
              message: "Who are you?",
              requestedSchema: { type: "object", properties: { name: { type: "string" } } },
            }),
          },
          requestState: "state-of-ask",
        });
      }
      case "ask-url": {
        const answer = given("page");
        if (answer !== undefined) return text(String(answer.action));
        return inputRequired({
          inputRequests: {
            page: inputRequired.elicitUrl({ message: "Open", url: "https://example.com/consent" }),
          },
        });
      }
      case "sample": {
        const answer = given("said");
        if (answer !== undefined) return text(JSON.stringify(answer.content));
        return inputRequired({
          inputRequests: {
            said: inputRequired.createMessage({
              messages: [{ role: "user", content: { type: "text", text: "Say something" } }],
              maxTokens: 10,
            }),
          },
        });
      }
      case "roots": {
        const answer = given("roots");
        if (answer !== undefined) return text(JSON.stringify(answer.roots));
        return inputRequired({ inputRequests: { roots: inputRequired.listRoots() } });
      }
      case "slow": {
        const token = ctx.mcpReq._meta?.progressToken;
        const until = new Promise<void>((resolve) => {
          ctx.mcpReq.signal.addEventListener("abort", () => {
            cancelled.push(name);
            resolve();
          });
        });
        for (let step = 1; step <= 3 && token !== undefined; step++) {
          await ctx.mcpReq.notify({
            method: "notifications/progress",
            params: { progressToken: token, progress: step, total: 3, message: `step ${step}` },
          });
        }
        if (args.forever) await until;
        return text("done");
      }
      case "log":
        await ctx.mcpReq.notify({
          method: "notifications/message",
          params: { level: "warning", logger: "test", data: { text: "from the tool" } },
        });
        return text("logged");
      case "fail":
        return { ...text("it did not work"), isError: true };
      case "refuse":
        throw Object.assign(new Error("Those arguments make no sense"), { code: -32602, data: { field: "x" } });
      // Not listed: as AgentCore answers for a target that needs a consent of its own.
      case "needs-consent": {
        const page = { mode: "url", elicitationId: "e1", url: "https://example.com/consent", message: "Allow access." };
        throw Object.assign(new Error("A consent is needed"), { code: -32042, data: { elicitations: [page] } });
      }
      default:
        return {
          ...text(JSON.stringify(args)),
          structuredContent: { echoed: args },
          _meta: { "example.com/trace": "t-1", ...(server.getClientVersion() && {}) },
          somethingNew: { kept: true },
        };
    }
  }

  let modern: McpHttpHandler | undefined;
  const respond = async (request: Request): Promise<Response> => {
    const other = await instead?.(request);
    if (other) return other;
    if (era === "modern") {
      modern ??= createMcpHandler(makeServer, { legacy: "reject" });
      return await modern.fetch(request);
    }
    const id = request.headers.get("mcp-session-id");
    const known = id === null ? undefined : sessions.get(id);
    if (known !== undefined) return await known.transport.handleRequest(request);
    if (id !== null)
      return Response.json(
        { jsonrpc: "2.0", error: { code: -32001, message: "Session not found" }, id: null },
        { status: 404 },
      );
    const server = makeServer();
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (session) => void sessions.set(session, { server, transport }),
      onsessionclosed: (session) => void sessions.delete(session),
    });
    server.oninitialized = () => void clients.push(server.getClientVersion()?.name ?? "");
    await server.connect(transport);
    return await transport.handleRequest(request);
  };

  const web = await startWebServer(respond, port);
  const url = `${web.origin}/mcp`;

  const tell = async (method: string, params?: Record<string, unknown>) => {
    for (const { server } of sessions.values()) await server.notification({ method, ...(params && { params }) });
  };
  return {
    url,
    cancelled,
    calls,
    logLevels,
    subscribed,
    rootsChanged,
    sessions,
    clients,
    async addTool(name) {
      toolNames.push(name);
      modern?.notify.toolsChanged();
      await tell("notifications/tools/list_changed");
    },
    async touchResource(uri) {
      modern?.notify.resourceUpdated(uri);
      await tell("notifications/resources/updated", { uri });
    },
    async forgetSessions() {
      const all = [...sessions.values()];
      sessions.clear();
      for (const { transport } of all) await transport.close();
    },
    dropStreams: web.dropStreams,
    async stop() {
      await web.stop();
      for (const { transport } of sessions.values()) await transport.close();
      await modern?.close();
    },
  };
}

/** The protocol's own reference server, as a process of its own; `sse` is the transport of 2024-11-05. */
export async function startEverything(
  transport: "streamableHttp" | "sse" = "streamableHttp",
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const [port = 0] = await freePorts(1);
  const entry = fileURLToPath(import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js"));
  const child: ChildProcess = spawn(process.execPath, [entry, transport], {
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  await new Promise<void>((resolve, reject) => {
    let said = "";
    child.once("exit", (code) => reject(new Error(`server-everything ended with ${code}: ${said}`)));
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk;
      if (/(?:listening|running) on port/i.test(said)) resolve();
    });
  });
  return {
    url: `http://127.0.0.1:${port}/${transport === "sse" ? "sse" : "mcp"}`,
    async stop() {
      child.removeAllListeners("exit");
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    },
  };
}
