import { dirname, sep } from "node:path";
import * as vscode from "vscode";
import type { Connection } from "../connections/connection.ts";
import type { GatewaySummary } from "../connections/gatewayStatus.ts";
import type { Gateways } from "../connections/gateways.ts";
import { asFailure } from "../failures/failure.ts";
import { failureText } from "../failures/failureText.ts";
import type { HostEntries } from "../hosts/hostEntries.ts";
import {
  genericHost,
  type Host,
  type HostLocations,
  type HostScope,
  hostFilePath,
  hostOfEditor,
  hosts,
} from "../hosts/hosts.ts";
import type { Log } from "../lib/log.ts";
import { chooseConnection } from "./commands/signInCommands.ts";
import { DiffPreview } from "./diffPreview.ts";
import { showFailure } from "./showFailure.ts";

export interface McpJsonWorld {
  readonly gateways: Gateways;
  readonly entries: HostEntries;
  /** Where things are on this machine, but for the workspace. */
  readonly places: Omit<HostLocations, "workspace">;
  /** Opens the door that bridges come in by. */
  readonly open: () => Promise<unknown>;
  readonly log: Log;
}

/** A file that an entry may go to. */
export interface HostPlace {
  readonly host: Host;
  readonly path: string;
}

/** How long a gateway's tools may go on changing before hosts are told once, in milliseconds. */
const settleMs = 2_000;

/** The files of hosts that read their servers from an mcp.json, as a person deals with them. */
export class McpJson implements vscode.Disposable {
  readonly #world: McpJsonWorld;
  readonly #preview = new DiffPreview();
  readonly #settling = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #signedIn = new Map<string, boolean>();

  constructor(world: McpJsonWorld) {
    this.#world = world;
  }

  /** Puts right what updates have moved, and lets bridges in that are waiting. */
  async start(): Promise<void> {
    const { entries, gateways, open } = this.#world;
    if ((await entries.all()).length === 0) return;
    await open();
    await entries.repair(gateways.book.all);
  }

  /** **Add Gateway to mcp.json…**: which gateway, which host's file, how it will look, then it is written. */
  async addCommand(id: string | undefined): Promise<void> {
    const { gateways, entries } = this.#world;
    const connection = await chooseConnection("Add which gateway to an mcp.json?", id, gateways.book.all, gateways);
    if (!connection) return;
    await this.#told(async () => {
      const known = (await entries.all()).filter(({ connectionId }) => connectionId === connection.id);
      const place = await this.#choosePlace(new Set(known.map(({ path }) => path)));
      if (place) await this.#addAfterPreview(connection, place);
    });
  }

  /** After Connect Gateway: an editor that reads nothing but its file needs an entry there. */
  async offer(connection: Connection): Promise<void> {
    const host = hostOfEditor(vscode.env.appName);
    const path = host && hostFilePath(host, "user", this.#world.places);
    if (!host || !path) return;
    const settings = vscode.workspace.getConfiguration("gatewayConnect");
    const answer = settings.get<string>("mcpJson.writeOnConnect");
    if (answer === "never") return;
    await this.#told(async () => {
      if (answer === "always") {
        await this.#add(connection, { host, path });
        return;
      }
      const [add, look, not] = ["Add", "Show the Change First", "Don't Add"];
      const chosen = await vscode.window.showInformationMessage(
        `${host.title}'s agent finds MCP servers in ${this.#shown(path)}. Add ${connection.name} there? Your answer holds for later gateways too.`,
        add,
        look,
        not,
      );
      if (chosen === look && !(await this.#addAfterPreview(connection, { host, path }))) return;
      if (chosen === add) await this.#add(connection, { host, path });
      if (chosen === undefined) return;
      const remembered = chosen === not ? "never" : "always";
      await settings.update("mcpJson.writeOnConnect", remembered, vscode.ConfigurationTarget.Global);
    });
  }

  /** Takes the entries of a gateway out that was removed. */
  async removed(connection: Connection): Promise<void> {
    await this.#told(async () => {
      for (const { path, error } of await this.#world.entries.remove(connection.id)) {
        const { detail } = failureText(asFailure(error));
        void vscode.window.showWarningMessage(
          `${connection.name} is removed, but its entry is still in ${path}, which could not be changed. ${detail}`,
        );
      }
    });
  }

  /** Lets hosts hear of changed tools that read them only when they connect. */
  toolsChanged(connectionId: string): void {
    clearTimeout(this.#settling.get(connectionId));
    const timer = setTimeout(() => void this.#world.entries.reconnect(connectionId).catch(() => {}), settleMs);
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
      if (signedIn || wanted) await this.#world.entries.setDisabled(connection.id, !signedIn);
    }
  }

  /** Every file that a host here may have, this editor's own first. */
  places(): readonly (HostPlace & { readonly scope: HostScope })[] {
    const own = hostOfEditor(vscode.env.appName);
    const ordered = [...hosts].sort((one, other) => Number(other === own) - Number(one === own));
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    return ordered.flatMap((host) => {
      const place = (scope: HostScope, workspace?: string) => {
        const path = hostFilePath(host, scope, { ...this.#world.places, workspace });
        return path === undefined ? [] : [{ host, scope, path }];
      };
      return [...place("user"), ...folders.flatMap((folder) => place("workspace", folder))];
    });
  }

  dispose(): void {
    for (const timer of this.#settling.values()) clearTimeout(timer);
    this.#preview.dispose();
  }

  #shown(path: string): string {
    const { home } = this.#world.places;
    return path.startsWith(`${home}${sep}`) ? `~${path.slice(home.length)}` : path;
  }

  async #choosePlace(known: ReadonlySet<string>): Promise<HostPlace | undefined> {
    const own = hostOfEditor(vscode.env.appName);
    const items = this.places().map(({ host, scope, path }) => {
      const where = scope === "user" ? "for you" : "for this folder";
      const label = `${known.has(path) ? "$(check) " : ""}${host.title}, ${where}`;
      return { label, description: this.#shown(path), detail: detailOf(host, scope, own), place: { host, path } };
    });
    const another = { label: "Another file…", description: "with its servers under mcpServers", place: undefined };
    const title = "Add it to which file?";
    const chosen = await vscode.window.showQuickPick([...items, another], { title, matchOnDescription: true });
    if (chosen !== another) return chosen?.place;
    const file = await vscode.window.showSaveDialog({ title, filters: { JSON: ["json", "jsonc"] } });
    return file && { host: genericHost, path: file.fsPath };
  }

  /** @returns whether it was written */
  async #addAfterPreview(connection: Connection, place: HostPlace): Promise<boolean> {
    const { before, after, path } = await this.#world.entries.preview(connection, place.host, place.path);
    if (after === before) {
      void vscode.window.showInformationMessage(`${connection.name} is in ${this.#shown(path)} already.`);
      return true;
    }
    const write = "Write";
    const close = await this.#preview.show(path, before ?? "", after);
    const question =
      before === undefined ? `Make the file ${this.#shown(path)} like this?` : `Change ${this.#shown(path)} like this?`;
    const answer = await vscode.window.showInformationMessage(question, write, "Leave It");
    await close();
    if (answer !== write) return false;
    return this.#add(connection, place);
  }

  async #add(connection: Connection, { host, path }: HostPlace): Promise<boolean> {
    const unsaved = vscode.workspace.textDocuments.some(({ uri, isDirty }) => isDirty && uri.fsPath === path);
    if (unsaved) {
      void vscode.window.showWarningMessage(
        `${this.#shown(path)} has changes that are not saved. Save it, then try again.`,
      );
      return false;
    }
    await this.#world.open();
    await this.#world.entries.add(connection, host, path);
    const show = "Show File";
    void vscode.window
      .showInformationMessage(`Added ${connection.name} to ${this.#shown(path)}.`, show)
      .then((chosen) => {
        if (chosen === show) void vscode.window.showTextDocument(vscode.Uri.file(path));
      });
    return true;
  }

  async #told(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      showFailure(error, this.#world.log);
    }
  }
}

function detailOf(host: Host, scope: HostScope, own: Host | undefined): string {
  if (scope === "workspace") return "The entry names programs of this computer: keep it out of version control.";
  if (host.id === "vscode" && !own) return "This editor has your gateways without it.";
  if (host.id === "claude-code") return 'Written by "claude mcp add-json".';
  return "";
}

/** The folder of user data that an extension's storage is in: `<user data>/globalStorage/<extension>`. */
export const userDataOf = (globalStorage: string): string => dirname(dirname(globalStorage));
