import { randomBytes } from "node:crypto";
import type * as vscode from "vscode";
import type { AccessPageAct } from "../../diagnosis/accessReportPage.ts";
import { PagePanel } from "../pagePanel.ts";

/** A report to show, and what its buttons do. */
export interface AccessPage {
  readonly title: string;
  readonly html: (nonce: string) => string;
  readonly acts: Readonly<Record<AccessPageAct, () => void>>;
}

/** Shows reports as pages of the editor, one for each gateway. A page loads nothing, and reports only which button was clicked. */
export class AccessPages implements vscode.Disposable {
  readonly #open = new Map<string, { readonly panel: PagePanel; page: AccessPage }>();

  /** @param gateway the gateway's address: a page that is open for it shows the new report */
  show(gateway: string, page: AccessPage): void {
    const html = () => page.html(randomBytes(16).toString("hex"));
    const known = this.#open.get(gateway);
    if (!known) {
      this.#open.set(gateway, { panel: this.#create(gateway, page.title, html), page });
      return;
    }
    known.page = page;
    known.panel.show(page.title, html);
    known.panel.reveal();
  }

  dispose(): void {
    for (const { panel } of [...this.#open.values()]) panel.close();
  }

  #create(gateway: string, title: string, html: () => string): PagePanel {
    return new PagePanel({
      type: "gatewayConnect.access",
      title,
      html,
      hear: (message) => {
        const acts = this.#open.get(gateway)?.page.acts;
        if (acts && typeof message === "string" && Object.hasOwn(acts, message)) acts[message as AccessPageAct]();
      },
      closed: () => this.#open.delete(gateway),
    });
  }
}
