import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";

/**
 * So many MCP servers of the SDK over HTTP, one beside the other in this process, with sessions as most servers have
 * them. Each has five tools, as those in the gateway's own process.
 *
 * @returns their URLs
 */
export async function startHttpTargets(count: number): Promise<readonly string[]> {
  return await Promise.all(Array.from({ length: count }, (_, at) => startHttpTarget(`t${at}`)));
}

async function startHttpTarget(name: string): Promise<string> {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const server = createServer(async (incoming, outgoing) => {
    const ended = new AbortController();
    outgoing.once("close", () => ended.abort());
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = "GET", headers, url } = incoming;
    const given = { method, headers: headers as Record<string, string>, signal: ended.signal };
    const asked = new Request(`http://localhost${url}`, given);
    const session = sessions.get(String(headers["mcp-session-id"])) ?? (await newSession(name, sessions));
    const parsedBody: unknown = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
    const response = await session.handleRequest(asked, { parsedBody });
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).flushHeaders();
    if (response.body) for await (const chunk of response.body) outgoing.write(chunk);
    outgoing.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

async function newSession(name: string, sessions: Map<string, WebStandardStreamableHTTPServerTransport>) {
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: () => crypto.randomUUID(),
    onsessioninitialized: (id) => void sessions.set(id, transport),
  });
  const server = new Server({ name, version: "1.0.0" }, { capabilities: { tools: {} } });
  const inputSchema = { type: "object" as const };
  server.setRequestHandler("tools/list", () => ({
    tools: Array.from({ length: 5 }, (_, at) => ({ name: `tool${at}`, inputSchema })),
  }));
  server.setRequestHandler("tools/call", () => ({ content: [{ type: "text" as const, text: "done" }] }));
  await server.connect(transport);
  return transport;
}
