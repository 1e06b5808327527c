import { basename } from "node:path";
import * as vscode from "vscode";

const scheme = "gateway-connect-preview";

/** Shows what a file is and what it would become, side by side, before anything is written. */
export class DiffPreview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  #shown = 0;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.query) ?? "";
  }

  /** @returns a function that closes the comparison */
  async show(path: string, before: string, after: string): Promise<() => Promise<void>> {
    const name = basename(path);
    const sides = [before, after].map((text, side) => {
      const query = `${++this.#shown}-${side}`;
      this.#texts.set(query, text);
      return vscode.Uri.from({ scheme, path: `/${name}`, query });
    });
    await vscode.commands.executeCommand("vscode.diff", ...sides, `${name}: as it is ↔ as it would be`);
    return async () => {
      const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
      const ours = tabs.filter(
        ({ input }) =>
          input instanceof vscode.TabInputTextDiff && sides.some((uri) => uri.query === input.modified.query),
      );
      await vscode.window.tabGroups.close(ours);
      for (const { query } of sides) this.#texts.delete(query);
    };
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
