import { basename } from "node:path";
import * as vscode from "vscode";
import { translate } from "../translate.ts";

const scheme = "gateway-connect-preview";

/** What a person says to a change that they are shown. */
export type Decision = "write" | "discard";

interface ShownChange {
  readonly sides: readonly vscode.Uri[];
  readonly decide: (decision: Decision) => void;
}

/**
 * Shows what a file is and what it would become, side by side, until the person decides.
 *
 * **Write** and **Discard** stand in the title of the comparison, as long as it is open. To close it is to discard.
 */
export class DiffPreview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #open = new Set<ShownChange>();
  readonly #registration = vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(scheme, this),
    vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      for (const change of [...this.#open]) if (closed.some((tab) => shows(tab, change))) change.decide("discard");
    }),
  );
  #shown = 0;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.query) ?? "";
  }

  /** Shows a change and waits for what is said to it; the comparison is closed then. */
  async review(path: string, before: string, after: string): Promise<Decision> {
    const name = basename(path);
    const sides = [before, after].map((text, side) => {
      const query = `${++this.#shown}-${side}`;
      this.#texts.set(query, text);
      return vscode.Uri.from({ scheme, path: `/${name}`, query });
    });
    let change: ShownChange | undefined;
    const decided = new Promise<Decision>((decide) => {
      change = { sides, decide };
    });
    if (change) this.#set(change, true);
    try {
      const title = translate("{0}: as it is ↔ as it would be", name);
      await vscode.commands.executeCommand("vscode.diff", ...sides, title);
      return await decided;
    } finally {
      if (change) this.#set(change, false);
      await vscode.window.tabGroups.close(tabs().filter((tab) => change && shows(tab, change)));
      for (const { query } of sides) this.#texts.delete(query);
    }
  }

  /**
   * Says something to a change that is shown.
   *
   * @param at either side of the comparison; without one, the comparison in front is meant
   * @returns whether there is one that waits
   */
  decide(decision: Decision, at: unknown): boolean {
    const query = (at as vscode.Uri | undefined)?.query;
    const inFront = vscode.window.tabGroups.activeTabGroup?.activeTab;
    const all = [...this.#open];
    const change =
      all.find(({ sides }) => sides.some((uri) => uri.query === query)) ??
      all.find((one) => inFront && shows(inFront, one)) ??
      (all.length === 1 ? all[0] : undefined);
    change?.decide(decision);
    return change !== undefined;
  }

  dispose(): void {
    this.#registration.dispose();
  }

  #set(change: ShownChange, isOpen: boolean): void {
    if (isOpen) this.#open.add(change);
    else this.#open.delete(change);
    void vscode.commands.executeCommand("setContext", "gatewayConnect.changeShown", this.#open.size > 0);
  }
}

const tabs = (): readonly vscode.Tab[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs);

const shows = ({ input }: vscode.Tab, { sides }: ShownChange): boolean =>
  input instanceof vscode.TabInputTextDiff && sides.some((uri) => uri.query === input.modified.query);
