import { Client as ModernClient, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { type EditorSocket, socketFetch, startEditor } from "../relayEditor.ts";

/** An editor of one era that is connected to the relay `test`, and what it is answered. */
export interface AskingEditor {
  /**
   * Calls a tool, or lists all.
   *
   * @returns what it is told, in words: of a long answer its length
   */
  ask(method: "tools/call" | "tools/list", signal: AbortSignal): Promise<string>;
  stop(): Promise<void>;
}

interface Asking {
  callTool(params: { name: string; arguments: object }, options: object): Promise<object>;
  listTools(params: object, options: object): Promise<object>;
}

const words = (answer: object): string => {
  const text = JSON.stringify(answer);
  return text.length > 10_000 ? `an answer of ${Math.round(text.length / 1024 / 1024)} MiB` : text;
};

async function ask(client: Asking, method: string, signal: AbortSignal): Promise<string> {
  const options = { signal, timeout: 600_000 };
  const asked =
    method === "tools/call" ? client.callTool({ name: "echo", arguments: {} }, options) : client.listTools({}, options);
  return await asked.then(words, (error: Error) => error.message);
}

export async function startAskingEditor(era: "legacy" | "modern", socket: EditorSocket): Promise<AskingEditor> {
  if (era === "legacy") {
    const { client, stop } = await startEditor(socket, "test");
    const asking = client as unknown as {
      callTool(params: object, schema: undefined, options: object): Promise<object>;
    };
    return {
      ask: (method, signal) =>
        ask(
          {
            callTool: (params, options) => asking.callTool(params, undefined, options),
            listTools: (params, options) => client.listTools(params, options),
          },
          method,
          signal,
        ),
      stop,
    };
  }
  const client = new ModernClient(
    { name: "editor", version: "2" },
    { versionNegotiation: { mode: { pin: "2026-07-28" } }, capabilities: {} },
  );
  const fetch = socketFetch(socket) as never;
  await client.connect(new StreamableHTTPClientTransport(new URL("http://localhost/test"), { fetch }));
  return {
    ask: (method, signal) => ask(client as unknown as Asking, method, signal),
    stop: () => client.close(),
  };
}
