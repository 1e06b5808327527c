import { randomUUID } from "node:crypto";
import {
  createMcpHandler,
  type McpHttpHandler,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import type { Json } from "../../src/mcp/passThrough.ts";
import type { Peer } from "../../src/mcp/peer.ts";
import { UpstreamConnection } from "../../src/mcp/upstreamConnection.ts";
import { httpTransport } from "../../src/mcp/watchedTransport.ts";

/** A caller that notes what it is asked and told, and answers every question alike. */
export function recordingPeer(answer: Json = { action: "decline" }) {
  const asked: string[] = [];
  const told: unknown[] = [];
  const peer: Peer = {
    async request(method) {
      asked.push(method);
      return answer;
    },
    notify: (method, params) => void told.push(params === undefined ? [method] : [method, params]),
  };
  return { peer, asked, told };
}

export interface UpstreamServer {
  readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
  /** What was requested: the JSON-RPC method, or the HTTP method of what is none. */
  readonly requested: string[];
  /** Takes the place of the next answers, where it gives one. */
  intercept: ((rpc: Json, init: RequestInit) => Response | undefined) | undefined;
  readonly modern: McpHttpHandler | undefined;
  readonly sessions: Map<string, WebStandardStreamableHTTPServerTransport>;
}

/** An MCP server of one era that is reached by its `fetch`, without a network. */
export function upstreamServer(era: "legacy" | "modern", make: () => Server): UpstreamServer {
  const requested: string[] = [];
  const sessions: UpstreamServer["sessions"] = new Map();
  const modern = era === "modern" ? createMcpHandler(make, { legacy: "reject" }) : undefined;
  const respond = async (request: Request): Promise<Response> => {
    if (modern !== undefined) return await modern.fetch(request);
    const id = request.headers.get("mcp-session-id");
    const known = id === null ? undefined : sessions.get(id);
    if (known !== undefined) return await known.handleRequest(request);
    if (id !== null)
      return Response.json({ jsonrpc: "2.0", id: null, error: { code: -32001, message: "no" } }, { status: 404 });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (session) => void sessions.set(session, transport),
      onsessionclosed: (session) => void sessions.delete(session),
    });
    await make().connect(transport);
    return await transport.handleRequest(request);
  };
  const server: UpstreamServer = {
    requested,
    sessions,
    modern,
    intercept: undefined,
    async fetch(url, init = {}) {
      const rpc = typeof init.body === "string" ? (JSON.parse(init.body) as Json) : {};
      requested.push(String(rpc.method ?? (init.method === "POST" ? "response" : init.method)));
      return server.intercept?.(rpc, init) ?? (await respond(new Request(url, init)));
    },
  };
  return server;
}

export const caller = { clientInfo: { name: "caller", version: "1" }, capabilities: { elicitation: {}, sampling: {} } };

/** A connection to such a server, with what it tells of itself. */
export async function connectTo(
  server: UpstreamServer,
  { peer = recordingPeer().peer, ...world }: Partial<Parameters<typeof UpstreamConnection.open>[0]> = {},
) {
  const noted = { relisted: 0, cutShort: [] as string[], errors: 0 };
  const connection = await UpstreamConnection.open({
    ...{ caller, peer, negotiation: "auto" as const, era: undefined, connectTimeoutMs: 5000 },
    server: new URL("https://up.example/mcp"),
    transport: async (connecting) => httpTransport({ url: "https://up.example/mcp", fetch: server.fetch }, connecting),
    signal: new AbortController().signal,
    tool: () => undefined,
    onRelisted: () => void noted.relisted++,
    onCutShort: (method, reason) => void noted.cutShort.push(`${method}: ${reason}`),
    onError: () => void noted.errors++,
    ...world,
  });
  return { connection, noted };
}

/** Lets everything happen that needs no time. */
export const soon = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
};
