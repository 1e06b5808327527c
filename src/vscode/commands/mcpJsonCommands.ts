import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { asFailure } from "../../failures/failure.ts";
import type { HostEntries } from "../../hosts/hostEntries.ts";
import { hostIdOfEditor } from "../../hosts/hostIds.ts";
import { genericHost, type Host, type HostFile } from "../../hosts/hosts.ts";
import type { FoundHosts } from "../../node/hostFiles/findHostFiles.ts";
import { writeSetting } from "../gatewaysSetting.ts";
import type { ShowFailure } from "../messages/failureMessages.ts";
import { failureWords } from "../messages/failureWords.ts";
import { tellFact } from "../messages/tellFact.ts";
import { shownPath } from "../shownPath.ts";
import { translate } from "../translate.ts";
import { type Decision, DiffPreview } from "../views/diffPreview.ts";
import { connectionOf } from "./chooseConnection.ts";
import { type ChosenHost, chooseHost } from "./chooseHost.ts";
import type { CommandRun } from "./command.ts";

export interface McpJsonCommandsWorld {
  readonly gateways: Gateways;
  readonly entries: () => Promise<HostEntries>;
  /** Looks which hosts are on this computer. */
  readonly find: () => Promise<FoundHosts>;
  /** Opens the socket that bridges connect to. */
  readonly open: () => Promise<unknown>;
  /** Offers a host the sign-in for when no window is open. */
  readonly offerSharing: (connection: Connection, host: string) => Promise<void>;
  readonly showFailure: ShowFailure;
}

/** Lets a person add our entries to hosts' mcp.json files, and take them out. */
export class McpJsonCommands implements vscode.Disposable {
  readonly #world: McpJsonCommandsWorld;
  readonly #preview = new DiffPreview();

  constructor(world: McpJsonCommandsWorld) {
    this.#world = world;
  }

  /** **Add Gateway to mcp.json…**: asks for a gateway and a file, shows the change, then writes it. */
  async add(run: CommandRun): Promise<void> {
    const { gateways } = this.#world;
    const connection = await connectionOf(run, translate("Add which gateway to an mcp.json?"), gateways);
    if (!connection) return;
    const entries = await this.#world.entries();
    const known = (await entries.all()).filter(({ connectionId }) => connectionId === connection.id);
    const place = await this.#choosePlace(new Set(known.map(({ path }) => path)));
    if (!place) return;
    const { host } = place;
    if (!("path" in place)) await this.#copy(connection, host);
    else if (!(await this.#addAfterPreview(connection, place))) return;
    // This editor's own agent is never without a window.
    if (host.id !== hostIdOfEditor(vscode.env.appName)) await this.#world.offerSharing(connection, host.title);
  }

  /** Offers an entry after Connect Gateway, in an editor that finds servers only in its file. */
  async offer(connection: Connection): Promise<void> {
    const own = hostIdOfEditor(vscode.env.appName);
    const { files } = await this.#world.find();
    const place = files.find(({ host, scope }) => host.id === own && scope === "user");
    if (!place) return;
    const { host, path } = place;
    const settings = vscode.workspace.getConfiguration("gatewayConnect");
    const answer = settings.get<string>("mcpJson.writeOnConnect");
    if (answer === "never") return;
    try {
      if (answer === "always") {
        await this.#add(connection, { host, path });
        return;
      }
      const items = [
        { label: translate("Add {0}", connection.name), add: true, look: false },
        { label: translate("Show the Change First"), add: true, look: true },
        { label: translate("Don't Add"), add: false, look: false },
      ];
      const title = translate("{0}'s agent finds MCP servers in {1}", host.title, shownPath(path));
      const placeHolder = translate("Add {0} there? Your answer holds for later gateways too.", connection.name);
      const chosen = await vscode.window.showQuickPick(items, { title, placeHolder, ignoreFocusOut: true });
      if (chosen?.look && !(await this.#addAfterPreview(connection, { host, path }))) return;
      if (chosen?.add && !chosen.look) await this.#add(connection, { host, path });
      if (chosen === undefined) return;
      const remembered = chosen.add ? "always" : "never";
      await writeSetting("mcpJson.writeOnConnect", remembered);
    } catch (error) {
      // The connection was made and stays.
      this.#world.showFailure(error, connection.id);
    }
  }

  /** **Write** and **Discard** in the title of a change that is shown. */
  decide(decision: Decision, { args }: CommandRun): void {
    if (this.#preview.decide(decision, args[0])) return;
    void tellFact(
      translate('This change waits no more, and nothing was written. Run "Add Gateway to mcp.json…" again.'),
    );
  }

  /** Takes out the entries of a gateway that was removed. */
  async removed(connection: Connection): Promise<void> {
    const entries = await this.#world.entries();
    for (const { path, error } of await entries.remove(connection.id)) {
      const { detail } = failureWords(asFailure(error));
      void tellFact(
        translate(
          "{0} is removed, but its entry is still in {1}, which could not be changed. {2}",
          connection.name,
          shownPath(path),
          detail,
        ),
        { severity: "warning" },
      );
    }
  }

  dispose(): void {
    this.#preview.dispose();
  }

  async #choosePlace(known: ReadonlySet<string>): Promise<ChosenHost | undefined> {
    const chosen = await chooseHost(await this.#world.find(), { known, shown: shownPath });
    if (chosen?.host !== genericHost) return chosen;
    const file = await vscode.window.showSaveDialog({
      title: translate("Add it to which file?"),
      filters: { JSON: ["json", "jsonc"] },
    });
    return file && { host: genericHost, path: file.fsPath };
  }

  /** Puts an entry on the clipboard, for a host that says of no file where it keeps its servers. */
  async #copy(connection: Connection, host: Host): Promise<void> {
    const entries = await this.#world.entries();
    await this.#world.open();
    await vscode.env.clipboard.writeText(await entries.pasted(connection, host));
    void tellFact(
      translate(
        "The entry of {0} is on the clipboard. Paste it in {1}, at {2}. Take it out there yourself when you remove the gateway.",
        connection.name,
        host.title,
        host.pastedAt ?? "",
      ),
    );
  }

  /** @returns whether it was written */
  async #addAfterPreview(connection: Connection, place: HostFile): Promise<boolean> {
    const entries = await this.#world.entries();
    let shown = await entries.preview(connection, place);
    const path = shownPath(shown.path);
    for (;;) {
      if (shown.after === shown.before) {
        void tellFact(translate("{0} is in {1} already.", connection.name, path));
        return true;
      }
      if ((await this.#preview.review(shown.path, shown.before ?? "", shown.after)) === "discard") return false;
      const now = await entries.preview(connection, place);
      if (now.before === shown.before) return this.#add(connection, place);
      shown = now;
      void tellFact(translate("{0} was changed meanwhile. This is what would be written now.", path), {
        severity: "warning",
      });
    }
  }

  /** @returns whether it was written */
  async #add(connection: Connection, place: HostFile): Promise<boolean> {
    const { path } = place;
    const unsaved = vscode.workspace.textDocuments.some(({ uri, isDirty }) => isDirty && uri.fsPath === path);
    if (unsaved) {
      void tellFact(translate("{0} has changes that are not saved. Save it, then try again.", shownPath(path)), {
        severity: "warning",
      });
      return false;
    }
    const entries = await this.#world.entries();
    await this.#world.open();
    await entries.add(connection, place);
    const show = translate("Show File");
    const { host } = place;
    const added = translate("Added {0} to {1}.", connection.name, shownPath(path));
    const restart = host.readsAtStart ? ` ${translate("{0} reads it when it is started again.", host.title)}` : "";
    void vscode.window.showInformationMessage(added + restart, show).then((chosen) => {
      if (chosen === show) void vscode.window.showTextDocument(vscode.Uri.file(path));
    });
    return true;
  }
}
