import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { startEditor } from "../test/support/relayEditor.ts";
import { asHosts } from "./asHosts.ts";
import type { Catalogue, RelayHost } from "./relayHost.ts";

/** One host that is connected one way. */
export interface Connected {
  readonly client: Client;
  /** The process that the way needs for itself. */
  readonly pid?: number;
  stop(): Promise<void>;
}

/** A way from a host to the gateway. `connect` resolves when `initialize` was answered. */
export interface Contender {
  /** What its column is found by. */
  readonly name: string;
  connect(): Promise<Connected>;
}

/** The editor's client straight to the gateway, with a token nobody has to look after. */
export function directly(gatewayUrl: string, accessToken: string): Contender {
  return {
    name: "direct",
    async connect() {
      const client = new Client({ name: "Visual Studio Code", version: "1.139.0" }, asHosts);
      const requestInit = { headers: { authorization: `Bearer ${accessToken}` } };
      const transport = new StreamableHTTPClientTransport(new URL(gatewayUrl), { requestInit });
      await client.connect(transport as unknown as Parameters<Client["connect"]>[0]);
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
export function throughRelay(host: RelayHost, name: string, known?: Catalogue): Contender {
  let count = 0;
  return {
    name,
    async connect() {
      count += 1;
      const id = `${name.replaceAll(/\W+/g, "-")}-${count}`;
      host.add(id, known);
      const editor = await startEditor(host.socket, id, asHosts);
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
