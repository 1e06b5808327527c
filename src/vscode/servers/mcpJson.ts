import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { GatewaySummary } from "../../connections/gatewayStatus.ts";
import type { HostEntries } from "../../hosts/hostEntries.ts";
import type { WrittenEntry } from "../../hosts/writtenEntries.ts";
import type { ShowFailure } from "../messages/failureMessages.ts";

export interface McpJsonWorld {
  /** Lists the entries that we have written. Reading the list loads no part. */
  readonly written: () => Promise<readonly WrittenEntry[]>;
  /** Loads what changes hosts' files, the first time it is called. */
  readonly entries: () => Promise<HostEntries>;
  readonly connections: () => readonly Connection[];
  /** See `Hosts.handOver`. */
  readonly handOver: () => Promise<void>;
  readonly showFailure: ShowFailure;
  /** Opens the socket that bridges connect to. */
  readonly open: () => Promise<unknown>;
}

/** How long to wait for a gateway's tools to stop changing before hosts are told, in milliseconds. */
const settleMs = 2_000;

/** Keeps our entries in hosts' files up to date. Loads nothing while there are none. */
export class McpJson implements vscode.Disposable {
  readonly #world: McpJsonWorld;
  readonly #settings: vscode.Disposable;
  /** The gateways of which was handed over last, and how they are signed in to; undefined before the first time. */
  #handed: string | undefined;
  readonly #settling = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #signedIn = new Map<string, boolean>();

  constructor(world: McpJsonWorld) {
    this.#world = world;
    this.#settings = vscode.workspace.onDidChangeConfiguration((change) => {
      // What a host would go on with after this window would be wider than what is set.
      if (change.affectsConfiguration("gatewayConnect")) world.handOver().catch(world.showFailure);
    });
  }

  /** Opens the socket for bridges that are waiting, and corrects entries whose programs an update has moved. */
  async start(): Promise<void> {
    const { written, entries, open, connections } = this.#world;
    await this.#handOver(connections());
    if ((await written()).length === 0) return;
    await open();
    await (await entries()).repair(connections());
  }

  /** Makes hosts reconnect that read the list of tools only when they connect. */
  toolsChanged(connectionId: string): void {
    clearTimeout(this.#settling.get(connectionId));
    const reconnect = async () => (await this.#entriesOf(connectionId))?.reconnect(connectionId);
    const timer = setTimeout(() => void reconnect().catch(() => {}), settleMs);
    timer.unref();
    this.#settling.set(connectionId, timer);
  }

  /** Follows sign-ins and sign-outs with the `disabled` of entries, where the person wants that. */
  async follow(gateways: readonly GatewaySummary[]): Promise<void> {
    await this.#handOver(gateways.map(({ connection }) => connection));
    const wanted = vscode.workspace.getConfiguration("gatewayConnect").get<boolean>("mcpJson.disableOnSignOut");
    for (const { connection, state } of gateways) {
      const signedIn = state.kind === "signedIn" || state.kind === "signedInToAws";
      if (!signedIn && state.kind !== "signedOut") continue;
      if (this.#signedIn.get(connection.id) === signedIn) continue;
      this.#signedIn.set(connection.id, signedIn);
      if (signedIn || wanted) await (await this.#entriesOf(connection.id))?.setDisabled(connection.id, !signedIn);
    }
  }

  dispose(): void {
    this.#settings.dispose();
    for (const timer of this.#settling.values()) clearTimeout(timer);
  }

  async #handOver(connections: readonly Connection[]): Promise<void> {
    const connected = JSON.stringify(connections.map(({ url, authorization }) => [url, authorization]));
    if (connected !== this.#handed) await this.#world.handOver();
    this.#handed = connected;
  }

  async #entriesOf(connection: string): Promise<HostEntries | undefined> {
    const written = await this.#world.written();
    return written.some(({ connectionId }) => connectionId === connection) ? this.#world.entries() : undefined;
  }
}
