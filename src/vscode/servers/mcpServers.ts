import * as vscode from "vscode";
import { type Connection, serverNameOf } from "../../connections/connection.ts";
import type { GatewaySummary } from "../../connections/gatewayStatus.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { DirectGateways, type DirectGatewaysWorld, type DirectServer } from "../agents/directGateways.ts";
import type { RelayFactory } from "./relayFactory.ts";

export interface McpServersWorld extends Omit<DirectGatewaysWorld, "gateways" | "onRenewed"> {
  readonly gateways: Gateways;
  readonly relays: Pick<RelayFactory, "open" | "uri">;
  readonly version: string;
}

/**
 * Registers every connection as an MCP server of the editor, on the relay's own socket: no process, no port, and no
 * token in anybody else's hands. Those in direct mode are the exception, see `DirectGateways`.
 */
export class McpServers
  implements vscode.McpServerDefinitionProvider<vscode.McpHttpServerDefinition>, vscode.Disposable
{
  readonly #world: McpServersWorld;
  readonly #direct: DirectGateways;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #registration: vscode.Disposable;
  readonly onDidChangeMcpServerDefinitions = this.#changed.event;
  #shown = "";

  constructor(world: McpServersWorld) {
    this.#world = world;
    this.#direct = new DirectGateways({ ...world, gateways: () => world.gateways, onRenewed: () => void this.#tell() });
    this.#registration = vscode.lm.registerMcpServerDefinitionProvider("gateway-connect", this);
  }

  async provideMcpServerDefinitions(): Promise<vscode.McpHttpServerDefinition[]> {
    const { book } = this.#world.gateways;
    await book.load();
    return Promise.all(book.all.map((connection) => this.#listed(connection)));
  }

  /** Returns a copy with the header in it: the editor stores the definitions that it lists, and the header is a secret. */
  async resolveMcpServerDefinition(
    server: vscode.McpHttpServerDefinition,
  ): Promise<vscode.McpHttpServerDefinition | undefined> {
    const { gateways, relays } = this.#world;
    const direct = this.#direct;
    const connection = gateways.book.all.find((one) => serverNameOf(one) === server.label);
    if (connection && (await direct.listed(connection))) {
      const headers = await direct.headers(connection);
      // As it is now: a sign-in may have come meanwhile, and with it another token.
      const listed = headers && (await direct.listed(connection));
      return listed && this.#definition(server.label, listed, headers);
    }
    const opened = await relays.open();
    const uri = connection ? opened.uri(connection.id) : server.uri.toString();
    return this.#definition(server.label, { url: uri }, { ...opened.headers });
  }

  /** Tells the editor when gateways were added or removed, or when one in direct mode has another token. */
  async refresh(summaries: readonly GatewaySummary[]): Promise<void> {
    await this.#tell();
    await this.#direct.settle(summaries);
  }

  /** The address by which the editor compares a gateway with its rules; undefined before its socket is open. */
  addressOf(connection: Connection): string | undefined {
    return this.#direct.address(connection) ?? this.#world.relays.uri(connection.id);
  }

  async #tell(): Promise<void> {
    const all = this.#world.gateways.book.all.map(async (one) => [
      one.id,
      serverNameOf(one),
      await this.#direct.listed(one),
    ]);
    const shown = JSON.stringify(await Promise.all(all));
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#changed.fire();
  }

  dispose(): void {
    this.#registration.dispose();
    this.#direct.dispose();
    this.#changed.dispose();
  }

  async #listed(connection: Connection): Promise<vscode.McpHttpServerDefinition> {
    const direct = await this.#direct.listed(connection);
    const label = serverNameOf(connection);
    if (direct) return this.#definition(label, direct);
    return this.#definition(label, { url: (await this.#world.relays.open()).uri(connection.id) });
  }

  /** @param version of the token behind the address, where the editor goes there itself */
  #definition(
    label: string,
    { url, version: token }: Partial<DirectServer> & Pick<DirectServer, "url">,
    headers: Record<string, string> = {},
  ): vscode.McpHttpServerDefinition {
    const { version } = this.#world;
    const named = token === undefined ? version : `${version}+${token}`;
    return new vscode.McpHttpServerDefinition(label, vscode.Uri.parse(url), headers, named);
  }
}
