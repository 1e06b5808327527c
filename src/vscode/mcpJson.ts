import * as vscode from "vscode";
import type { Connection } from "../connections/connection.ts";
import type { GatewaySummary } from "../connections/gatewayStatus.ts";
import type { HostEntries } from "../hosts/hostEntries.ts";
import type { WrittenEntry } from "../hosts/writtenEntries.ts";

export interface McpJsonWorld {
  /** The entries that were written, as a list that is read without loading anything. */
  readonly written: () => Promise<readonly WrittenEntry[]>;
  /** What changes hosts' files, loaded when it is first needed. */
  readonly entries: () => Promise<HostEntries>;
  readonly connections: () => readonly Connection[];
  /** Opens the socket that bridges come in by. */
  readonly open: () => Promise<unknown>;
}

/** How long a gateway's tools may go on changing before hosts are told once, in milliseconds. */
const settleMs = 2_000;

/** Keeps our entries in the files of hosts in step with what happens here. Where there is none, nothing is loaded for them. */
export class McpJson implements vscode.Disposable {
  readonly #world: McpJsonWorld;
  readonly #settling = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #signedIn = new Map<string, boolean>();

  constructor(world: McpJsonWorld) {
    this.#world = world;
  }

  /** Puts right what updates have moved, and lets bridges in that are waiting. */
  async start(): Promise<void> {
    const { written, entries, open, connections } = this.#world;
    if ((await written()).length === 0) return;
    await open();
    await (await entries()).repair(connections());
  }

  /** Lets hosts know of changed tools that read them only when they connect. */
  toolsChanged(connectionId: string): void {
    clearTimeout(this.#settling.get(connectionId));
    const reconnect = async () => (await this.#entriesOf(connectionId))?.reconnect(connectionId);
    const timer = setTimeout(() => void reconnect().catch(() => {}), settleMs);
    timer.unref();
    this.#settling.set(connectionId, timer);
  }

  /** Follows sign-ins and sign-outs with the `disabled` of entries, where the person wants that. */
  async follow(gateways: readonly GatewaySummary[]): Promise<void> {
    const wanted = vscode.workspace.getConfiguration("gatewayConnect").get<boolean>("mcpJson.disableOnSignOut");
    for (const { connection, state } of gateways) {
      if (state.kind !== "signedIn" && state.kind !== "signedOut") continue;
      const signedIn = state.kind === "signedIn";
      if (this.#signedIn.get(connection.id) === signedIn) continue;
      this.#signedIn.set(connection.id, signedIn);
      if (signedIn || wanted) await (await this.#entriesOf(connection.id))?.setDisabled(connection.id, !signedIn);
    }
  }

  dispose(): void {
    for (const timer of this.#settling.values()) clearTimeout(timer);
  }

  async #entriesOf(connection: string): Promise<HostEntries | undefined> {
    const written = await this.#world.written();
    return written.some(({ connectionId }) => connectionId === connection) ? this.#world.entries() : undefined;
  }
}
