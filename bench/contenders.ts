import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Catalogue } from "../src/relay/catalogue.ts";
import { startEditor } from "../test/support/relayEditor.ts";
import type { McpRemote } from "./mcpRemote.ts";
import type { RelayHost } from "./relayHost.ts";

export type ContenderName = "direct" | "relay" | "relayKnown" | "mcpRemote";

/** One editor that is connected one way. */
export interface Connected {
  readonly client: Client;
  /** The process that the way needs for itself. */
  readonly pid?: number;
  stop(): Promise<void>;
}

/** A way from the editor to the gateway. `connect` resolves when `initialize` was answered. */
export interface Contender<Name extends string = ContenderName> {
  readonly name: Name;
  connect(): Promise<Connected>;
}

type AnyTransport = Parameters<Client["connect"]>[0];

const newClient = () => new Client({ name: "Visual Studio Code", version: "1.139.0" }, { capabilities: {} });

/** The editor's client straight to the gateway, with a token nobody has to look after. */
export function directly(gatewayUrl: string, accessToken: string): Contender<"direct"> {
  return {
    name: "direct",
    async connect() {
      const client = newClient();
      const requestInit = { headers: { authorization: `Bearer ${accessToken}` } };
      const transport = new StreamableHTTPClientTransport(new URL(gatewayUrl), { requestInit });
      await client.connect(transport as unknown as AnyTransport);
      return {
        client,
        async stop() {
          await transport.terminateSession().catch(() => {});
          await client.close();
        },
      };
    },
  };
}

/**
 * Our relay in the editor's process, where it lives in VS Code as well.
 *
 * @param known what the relay kept of an earlier session; nothing for a gateway it never reached
 */
export function throughRelay(host: RelayHost, name: "relay" | "relayKnown", known?: Catalogue): Contender {
  let count = 0;
  return {
    name,
    async connect() {
      count += 1;
      const id = `${name}-${count}`;
      host.add(id, known);
      const editor = await startEditor(host.socket, id);
      return {
        client: editor.client,
        async stop() {
          await editor.stop();
          await host.remove(id);
        },
      };
    },
  };
}

export function throughMcpRemote({ args, env }: McpRemote): Contender {
  return {
    name: "mcpRemote",
    async connect() {
      const client = newClient();
      const transport = new StdioClientTransport({
        command: process.execPath,
        args: [...args],
        env: { ...(process.env as Record<string, string>), ...env },
        stderr: "ignore",
      });
      await client.connect(transport);
      return { client, ...(transport.pid !== null && { pid: transport.pid }), stop: () => client.close() };
    },
  };
}
