import * as vscode from "vscode";
import type { SuggestedGateway } from "../../connections/offers/teamFile.ts";
import type { SuggestedFile } from "../../connections/tree/suggestedFile.ts";
import { foreignText } from "../../lib/foreignText.ts";
import type { CommandRun } from "../commands/command.ts";
import { executeCommand } from "../commands/executeCommand.ts";
import type { ShowFailure } from "../messages/failureMessages.ts";
import { tellFact } from "../messages/tellFact.ts";
import type { Tell } from "../messages/unaskedMessages.ts";
import { translate } from "../translate.ts";
import { readTeamFiles } from "./readTeamFiles.ts";

export interface SuggestionsWorld {
  /** What is remembered between sessions: files that were declined or told of, by their hashes. */
  readonly memory: Pick<vscode.Memento, "get" | "update">;
  readonly isConnected: (url: string) => boolean;
  /** Shows what is suggested, in the view. */
  readonly show: (files: readonly SuggestedFile[]) => void;
  /** Shows a gateway whole, and connects it where the person confirms. */
  readonly connect: (gateway: SuggestedGateway, path: string) => Promise<unknown>;
  readonly showFailure: ShowFailure;
  readonly tell: Tell;
}

/** How many files are remembered. */
const MOST_HASHES = 200;

/**
 * What repositories suggest in `.vscode/gateways.json`. A suggestion stands in the view until it is connected or declined, and
 * is told in a message once. Nothing is connected before the person asked for it and confirmed it.
 */
export class Suggestions {
  readonly #world: SuggestionsWorld;
  #files: readonly SuggestedFile[] = [];

  constructor(world: SuggestionsWorld) {
    this.#world = world;
  }

  /** Takes in what the files say now. */
  async refresh(): Promise<void> {
    this.#files = await readTeamFiles();
    this.changed();
    await this.#tell();
  }

  /** Shows what is left to suggest, since a gateway may have been connected or removed. */
  changed(): void {
    const left = this.#left();
    this.#world.show(left);
    const many = left.reduce((sum, { gateways }) => sum + gateways.length, 0);
    void vscode.commands.executeCommand("setContext", "gatewayConnect.hasSuggestions", many > 0);
  }

  /** **Connect Suggested Gateway…**: the one whose item it was run on, or one of all that are suggested. */
  async connect({ args: [item] }: CommandRun): Promise<void> {
    // As they are now, and as far as they are still trusted.
    this.#files = await readTeamFiles();
    // Somebody who looks for suggestions wants to see those too that they have declined.
    const all = this.#left(() => false).flatMap((file) => file.gateways.map((gateway) => ({ file, gateway })));
    const { address, file } = (item ?? {}) as { readonly [name: string]: unknown };
    // Other extensions run commands too: what no file suggests is not connected.
    const meant = all.find((one) => one.gateway.url === address && one.file.uri === file);
    if (all.length === 0) {
      const refused = this.#files.flatMap(({ path, faults }) => faults.map(({ line }) => `${path}:${line}`));
      const text =
        refused.length > 0
          ? translate("What this workspace suggests cannot be used, or is connected already: {0}.", refused.join(", "))
          : vscode.workspace.isTrusted
            ? translate("This workspace suggests no gateway that is not connected already.")
            : translate("This workspace is not trusted, so that nothing in it is looked at.");
      void tellFact(text);
      return;
    }
    const chosen = meant ?? (all.length === 1 ? all[0] : await this.#choose(all));
    if (chosen) await this.#world.connect(chosen.gateway, `${chosen.file.path}:${chosen.gateway.line}`);
  }

  /** **Don't Suggest These**: a file is not suggested from again, until it suggests something else. */
  async decline({ args: [item] }: CommandRun): Promise<void> {
    const { file } = (item ?? {}) as { readonly file?: unknown };
    const declined = this.#files.filter(({ uri }) => file === undefined || uri === file);
    for (const { hash } of declined) await this.#remember("declinedSuggestions", hash);
    this.changed();
  }

  /** Opens a file, at the entry whose item it was run on. */
  async open({ args: [item] }: CommandRun): Promise<void> {
    const { file, line } = (item ?? {}) as { readonly file?: unknown; readonly line?: unknown };
    const found = this.#files.find(({ uri }) => uri === file) ?? this.#files[0];
    if (!found) return;
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(found.uri));
    const at = new vscode.Position(typeof line === "number" ? line - 1 : 0, 0);
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at) });
  }

  #left(isDeclined = (hash: string) => this.#remembers("declinedSuggestions", hash)): readonly SuggestedFile[] {
    return this.#files
      .filter(({ hash }) => !isDeclined(hash))
      .map((file) => ({ ...file, gateways: file.gateways.filter(({ url }) => !this.#world.isConnected(url)) }))
      .filter(({ gateways, faults }) => gateways.length > 0 || faults.length > 0);
  }

  /** Says once that something is suggested; from then on the view has it. */
  async #tell(): Promise<void> {
    const fresh = this.#left().filter(
      ({ gateways, hash }) => gateways.length > 0 && !this.#remembers("toldSuggestions", hash),
    );
    const gateways = fresh.flatMap((file) => file.gateways);
    const [first] = gateways;
    if (!first) return;
    for (const { hash } of fresh) await this.#remember("toldSuggestions", hash);
    const text =
      gateways.length === 1
        ? translate("This workspace suggests the gateway {0}.", nameOf(first))
        : translate("This workspace suggests {0} gateways.", gateways.length);
    const [show, never] = [translate("Show"), translate("Don't Suggest Again")];
    const act = async (chosen: string | undefined): Promise<void> => {
      if (chosen === show) await executeCommand("connectSuggested");
      if (chosen === never) for (const { uri } of fresh) await this.decline({ args: [{ file: uri }], about() {} });
    };
    this.#world.tell({
      text,
      show: () =>
        vscode.window.showInformationMessage(text, show, never).then(act).then(undefined, this.#world.showFailure),
    });
  }

  async #choose(all: readonly { readonly file: SuggestedFile; readonly gateway: SuggestedGateway }[]) {
    const items = all.map((one) => ({
      label: nameOf(one.gateway),
      description: new URL(one.gateway.url).host,
      detail: foreignText(`${one.file.path}:${one.gateway.line}`),
      one,
    }));
    const title = translate("Connect which suggested gateway?");
    return (await vscode.window.showQuickPick(items, { title }))?.one;
  }

  #remembers(list: string, hash: string): boolean {
    return this.#world.memory.get<readonly string[]>(list, []).includes(hash);
  }

  async #remember(list: string, hash: string): Promise<void> {
    const others = this.#world.memory.get<readonly string[]>(list, []).filter((one) => one !== hash);
    await this.#world.memory.update(list, [...others, hash].slice(-MOST_HASHES));
  }
}

const nameOf = ({ name, url }: SuggestedGateway): string => foreignText(name ?? new URL(url).host, 80);
