import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEditor } from "../test/support/relayEditor.ts";
import { asHosts } from "./asHosts.ts";
import type { Contender } from "./contenders.ts";

/** What goes on to the gateway of an editor's request. */
const handedOn = ["content-type", "accept", "mcp-session-id", "mcp-protocol-version"];

/**
 * An editor that reaches the gateway through a socket of its window and the editor's `fetch`, with a token put in, and
 * nothing else done: neither messages nor sessions are read. It is what the two ends take by themselves.
 */
export async function throughFetchPipe(gatewayUrl: string, accessToken: string) {
  const path = join(tmpdir(), `gwc-bench-pipe-${process.pid}.sock`);
  const server = createServer((incoming, outgoing) => {
    pipe(incoming, outgoing, { gatewayUrl, accessToken }).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const contender: Contender = {
    name: "fetchPipe",
    connect: () => startEditor({ address: { path }, headers: {} }, "", asHosts),
  };
  return {
    contender,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function pipe(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { gatewayUrl, accessToken }: { readonly gatewayUrl: string; readonly accessToken: string },
): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const headers: Record<string, string> = { authorization: `Bearer ${accessToken}` };
  for (const name of handedOn) {
    const value = incoming.headers[name];
    if (typeof value === "string") headers[name] = value;
  }
  const left = new AbortController();
  outgoing.once("close", () => left.abort());
  const { method = "POST" } = incoming;
  const body = method === "POST" ? Buffer.concat(parts).toString() : undefined;
  const answer = await fetch(gatewayUrl, { method, headers, signal: left.signal, ...(body !== undefined && { body }) });
  const answered: Record<string, string> = {};
  for (const name of ["content-type", "mcp-session-id"]) {
    const value = answer.headers.get(name);
    if (value !== null) answered[name] = value;
  }
  // The stream of what the gateway says by itself stays open.
  if (method === "GET") {
    outgoing.writeHead(answer.status, answered).flushHeaders();
    for await (const part of answer.body ?? []) outgoing.write(part);
    outgoing.end();
    return;
  }
  const bytes = Buffer.from(await answer.arrayBuffer());
  outgoing.writeHead(answer.status, { ...answered, "content-length": bytes.length }).end(bytes);
}
