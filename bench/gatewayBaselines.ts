import { Agent, createServer, type RequestListener, request } from "node:http";
import type { AddressInfo } from "node:net";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Server, WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";

type Result = Record<string, unknown>;

/** Takes every result as it is. */
const anyResult: {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => { readonly value: Result };
    readonly types?: { readonly input: Result; readonly output: Result };
  };
} = { "~standard": { version: 1, vendor: "bench", validate: (value) => ({ value: value as Result }) } };

/**
 * What stands between a client and an MCP server and does nothing: what it adds to a call, a gateway adds as well. Both
 * give back their URL.
 */
async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

/** Passes bytes on and reads none of them. */
export async function startBytePipe(targetUrl: string): Promise<string> {
  const agent = new Agent({ keepAlive: true });
  return await listen((incoming, outgoing) => {
    const { host: _, ...headers } = incoming.headers;
    const asked = request(targetUrl, { method: incoming.method, headers, agent }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    asked.once("error", () => outgoing.destroy());
    incoming.pipe(asked);
  });
}

/** The SDK's server and its client, one asking the other: no token, no limits, no audit, one target, one session each. */
export async function startSdkEnds(targetUrl: string): Promise<string> {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  return await listen(async (incoming, outgoing) => {
    const ended = new AbortController();
    outgoing.once("close", () => ended.abort());
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = "GET", headers, url } = incoming;
    const asked = new Request(`http://localhost${url}`, {
      method,
      headers: headers as Record<string, string>,
      signal: ended.signal,
    });
    const session = sessions.get(String(headers["mcp-session-id"])) ?? (await sdkSession(targetUrl, sessions));
    const parsedBody: unknown = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
    const response = await session.handleRequest(asked, { parsedBody });
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).flushHeaders();
    if (response.body) for await (const chunk of response.body) outgoing.write(chunk);
    outgoing.end();
  });
}

async function sdkSession(targetUrl: string, sessions: Map<string, WebStandardStreamableHTTPServerTransport>) {
  const id = crypto.randomUUID();
  const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => id });
  const client = new Client({ name: "bench", version: "1.0.0" });
  await client.connect(new StreamableHTTPClientTransport(new URL(targetUrl)) as never);
  const server = new Server({ name: "bench", version: "1.0.0" }, { capabilities: { tools: {} } });
  server.fallbackRequestHandler = async ({ method, params }) =>
    await client.request({ method, params: params as Result }, anyResult);
  await server.connect(transport);
  sessions.set(id, transport);
  return transport;
}
