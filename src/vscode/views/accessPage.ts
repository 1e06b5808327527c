import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { AccessPageAct } from "../../diagnosis/accessReportPage.ts";

/** A report to show, and what its buttons do. */
export interface AccessPage {
  readonly title: string;
  readonly html: (nonce: string) => string;
  readonly acts: Readonly<Record<AccessPageAct, () => void>>;
}

/** Shows reports as pages of the editor, one for each gateway. A page loads nothing, and reports only which button was clicked. */
export class AccessPages implements vscode.Disposable {
  readonly #open = new Map<string, { readonly panel: vscode.WebviewPanel; page: AccessPage }>();

  /** @param gateway the gateway's address: a page that is open for it shows the new report */
  show(gateway: string, page: AccessPage): void {
    const known = this.#open.get(gateway);
    const open = known ?? { panel: this.#create(gateway, page.title), page };
    open.page = page;
    this.#open.set(gateway, open);
    open.panel.title = page.title;
    open.panel.webview.html = page.html(randomBytes(16).toString("hex"));
    if (known) open.panel.reveal();
  }

  dispose(): void {
    for (const { panel } of [...this.#open.values()]) panel.dispose();
  }

  #create(gateway: string, title: string): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel("gatewayConnect.access", title, vscode.ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [],
      enableFindWidget: true,
    });
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const acts = this.#open.get(gateway)?.page.acts;
      if (acts && typeof message === "string" && Object.hasOwn(acts, message)) acts[message as AccessPageAct]();
    });
    panel.onDidDispose(() => this.#open.delete(gateway));
    return panel;
  }
}
