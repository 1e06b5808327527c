import * as vscode from "vscode";
import { serverNameOf } from "../connections/connection.ts";
import type { Gateways } from "../connections/gateways.ts";
import type { RelaySocket } from "../node/bridge/relaySocket.ts";

/**
 * Registers every connection as an MCP server of the editor, on the relay's own socket: no process, no port, and no
 * token in anybody else's hands.
 */
export class McpServers
  implements vscode.McpServerDefinitionProvider<vscode.McpHttpServerDefinition>, vscode.Disposable
{
  readonly #gateways: Gateways;
  readonly #socket: () => Promise<RelaySocket>;
  readonly #version: string;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #registration: vscode.Disposable;
  readonly onDidChangeMcpServerDefinitions = this.#changed.event;
  #shown = "";

  constructor(gateways: Gateways, socket: () => Promise<RelaySocket>, version: string) {
    this.#gateways = gateways;
    this.#socket = socket;
    this.#version = version;
    this.#registration = vscode.lm.registerMcpServerDefinitionProvider("gateway-connect", this);
  }

  async provideMcpServerDefinitions(): Promise<vscode.McpHttpServerDefinition[]> {
    await this.#gateways.book.load();
    const connections = this.#gateways.book.all;
    if (connections.length === 0) return [];
    const socket = await this.#socket();
    return connections.map((connection) => this.#definition(serverNameOf(connection), socket.uri(connection.id), {}));
  }

  /** Returns a copy with the header in it: the editor stores the definitions that it lists, and the header is a secret. */
  async resolveMcpServerDefinition(server: vscode.McpHttpServerDefinition): Promise<vscode.McpHttpServerDefinition> {
    const socket = await this.#socket();
    const connection = this.#gateways.book.all.find((one) => serverNameOf(one) === server.label);
    const uri = connection ? socket.uri(connection.id) : server.uri.toString();
    return this.#definition(server.label, uri, { ...socket.headers });
  }

  /** Tells the editor when gateways were added or removed. */
  refresh(): void {
    const shown = JSON.stringify(this.#gateways.book.all.map((one) => [one.id, serverNameOf(one)]));
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#changed.fire();
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  #definition(label: string, uri: string, headers: Record<string, string>): vscode.McpHttpServerDefinition {
    return new vscode.McpHttpServerDefinition(label, vscode.Uri.parse(uri), headers, this.#version);
  }
}
