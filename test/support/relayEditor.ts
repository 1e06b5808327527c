import { request as httpRequest } from "node:http";
import { Readable } from "node:stream";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { ClientCapabilities } from "@modelcontextprotocol/sdk/types.js";
import type { RelaySocket } from "../../src/node/bridge/relaySocket.ts";

/** What an editor has to know of the socket. */
export interface EditorSocket {
  readonly address: Pick<RelaySocket["address"], "path">;
  readonly headers: RelaySocket["headers"];
}

/** What went over the socket, as an editor would see it. */
export interface Seen {
  readonly method: string;
  readonly status: number;
}

/** `fetch` over the relay's socket, the way VS Code's MCP client talks to a `unix:` address. */
export function socketFetch(socket: EditorSocket, seen: Seen[] = []) {
  return async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(String(input instanceof Request ? input.url : input));
    const headers = { ...Object.fromEntries(new Headers(init.headers)), ...socket.headers };
    const method = init.method ?? "GET";
    return await new Promise<Response>((resolve, reject) => {
      const request = httpRequest(
        { socketPath: socket.address.path, path: url.pathname, method, headers },
        (incoming) => {
          const status = incoming.statusCode ?? 0;
          seen.push({ method, status });
          const empty = status === 202 || status === 204;
          if (empty) incoming.resume();
          const body = empty ? null : (Readable.toWeb(incoming) as unknown as ReadableStream);
          resolve(new Response(body, { status, headers: incoming.headers as Record<string, string> }));
        },
      );
      request.on("error", reject);
      const onAbort = () => request.destroy(new Error("aborted"));
      init.signal?.addEventListener("abort", onAbort, { once: true });
      request.once("close", () => init.signal?.removeEventListener("abort", onAbort));
      if (typeof init.body === "string") request.write(init.body);
      request.end();
    });
  };
}

export interface Editor {
  readonly client: Client;
  readonly seen: Seen[];
  /** Ends the session as an editor does that stops a server. */
  stop(): Promise<void>;
}

/**
 * An editor of today: the SDK's v1 client (2025-11-25) on the relay's socket.
 *
 * @param prepare sets its handlers before it connects
 */
export async function startEditor(
  socket: EditorSocket,
  id: string,
  { capabilities = {}, prepare }: { capabilities?: ClientCapabilities; prepare?: (client: Client) => void } = {},
): Promise<Editor> {
  const seen: Seen[] = [];
  const client = new Client({ name: "Visual Studio Code", version: "1.139.0" }, { capabilities });
  prepare?.(client);
  const transport = new StreamableHTTPClientTransport(new URL(`http://localhost/${id}`), {
    fetch: socketFetch(socket, seen) as typeof fetch,
  });
  await client.connect(transport as unknown as Parameters<Client["connect"]>[0]);
  return {
    client,
    seen,
    async stop() {
      await transport.terminateSession().catch(() => {});
      await client.close();
    },
  };
}
