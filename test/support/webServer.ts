import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";

/** Answers a request; what it throws closes the connection without an answer. */
export type Respond = (request: Request) => Response | Promise<Response>;

export interface WebServer {
  readonly origin: string;
  /** Ends the connection of every answer that is under way. */
  dropStreams(): void;
  stop(): Promise<void>;
}

/** Serves HTTP on this machine as the web's own requests and answers have it. */
export async function startWebServer(respond: Respond, port = 0): Promise<WebServer> {
  const streams = new Set<ServerResponse>();
  const http = createServer((incoming, outgoing) => {
    streams.add(outgoing);
    outgoing.once("close", () => streams.delete(outgoing));
    serve(incoming, outgoing, respond).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => http.listen(port, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    origin,
    dropStreams() {
      for (const outgoing of streams) outgoing.destroy();
    },
    async stop() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

async function serve(incoming: IncomingMessage, outgoing: ServerResponse, respond: Respond): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const ended = new AbortController();
  outgoing.once("close", () => ended.abort());
  const response = await respond(
    new Request(`http://${incoming.headers.host ?? "127.0.0.1"}${incoming.url}`, {
      method: incoming.method ?? "GET",
      headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
      signal: ended.signal,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    }),
  );
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.flushHeaders();
  const reader = response.body?.getReader();
  ended.signal.addEventListener("abort", () => void reader?.cancel().catch(() => {}));
  for (;;) {
    const next = await reader?.read();
    if (next === undefined || next.done || outgoing.destroyed) break;
    if (!outgoing.write(next.value)) await drainedOrClosed(outgoing);
  }
  outgoing.end();
}

function drainedOrClosed(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off("drain", done);
      outgoing.off("close", done);
      resolve();
    };
    outgoing.once("drain", done);
    outgoing.once("close", done);
  });
}

/** Ports that nobody listens on at this moment. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createTcpServer();
      await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
