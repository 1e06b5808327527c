import * as vscode from "vscode";
import { translate } from "./translate.ts";

/**
 * How long a page that is seen may take until its script says the first word, in milliseconds: long, for slow machines, and
 * longer for the one that takes its place, since a machine may be that slow.
 */
const SILENT_MS = 8_000;
const SILENT_AGAIN_MS = 20_000;

/** The arch of the view, in the strokes of a tab: the editor's own icon for pages cannot be seen in light high contrast. */
const arch = (stroke: string): vscode.Uri =>
  vscode.Uri.parse(
    `data:image/svg+xml;base64,${btoa(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="${stroke}" stroke-width="1.8" stroke-linecap="round"><path d="M4.5 20.5V12a7.5 7.5 0 0 1 15 0v8.5M8.3 20.5v-8.2a3.7 3.7 0 0 1 7.4 0v8.2M12 14.6v5.2"/></svg>`)}`,
  );

const tabIcon = () => ({ light: arch("#424242"), dark: arch("#cccccc") });

/** What a panel shows, and whom its page talks to. */
export interface PanelPage {
  readonly type: string;
  readonly title: string;
  /** Made anew for each tab, with a nonce of its own. */
  readonly html: () => string;
  /** Whether what was entered and what is running stays while another tab is in front. */
  readonly isRetained?: boolean;
  /** Every message of the page. Its script sends one as soon as it runs. */
  readonly hear: (message: unknown) => void;
  readonly closed: () => void;
}

/**
 * A page of ours in a tab of the editor.
 *
 * The editor can leave a page blank for ever: it shows none before the service worker of pages has taken over, and a page that
 * is loaded just while it does waits for a `controllerchange` that has been already (VS Code, `workerReady` in
 * `webview/browser/pre/index.html`). Two first pages that open together meet it. The page's script never runs then, so that
 * no message helps: a page that is seen and says nothing is replaced once, and then the person is told.
 */
export class PagePanel {
  readonly #page: PanelPage;
  #panel: vscode.WebviewPanel;
  #html: () => string;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #isSecond = false;
  #hasSpoken = false;

  constructor(page: PanelPage) {
    this.#page = page;
    this.#html = page.html;
    this.#panel = this.#open(page.title, vscode.ViewColumn.Active, false);
  }

  /** Shows another page in the same tab. */
  show(title: string, html: () => string): void {
    this.#html = html;
    this.#panel.title = title;
    this.#panel.webview.html = html();
  }

  tell(message: unknown): void {
    void this.#panel.webview.postMessage(message);
  }

  reveal(): void {
    this.#panel.reveal();
  }

  close(): void {
    this.#panel.dispose();
  }

  #open(title: string, column: vscode.ViewColumn, preserveFocus: boolean): vscode.WebviewPanel {
    const { type, isRetained = false, hear, closed } = this.#page;
    const panel = vscode.window.createWebviewPanel(
      type,
      title,
      { viewColumn: column, preserveFocus },
      { enableScripts: true, enableFindWidget: true, retainContextWhenHidden: isRetained, localResourceRoots: [] },
    );
    panel.iconPath = tabIcon();
    panel.webview.onDidReceiveMessage((message: unknown) => {
      this.#hasSpoken = true;
      clearTimeout(this.#silence);
      hear(message);
    });
    panel.onDidChangeViewState(() => this.#listen(panel));
    panel.onDidDispose(() => {
      // One that was replaced goes unnoticed.
      if (panel !== this.#panel) return;
      clearTimeout(this.#silence);
      closed();
    });
    panel.webview.html = this.#html();
    this.#listen(panel);
    return panel;
  }

  /** The editor loads a page when it is seen: only then it can be told to be silent. */
  #listen(panel: vscode.WebviewPanel): void {
    clearTimeout(this.#silence);
    if (this.#hasSpoken || !panel.visible) return;
    this.#silence = setTimeout(() => this.#mend(panel), this.#isSecond ? SILENT_AGAIN_MS : SILENT_MS);
  }

  #mend(silent: vscode.WebviewPanel): void {
    if (this.#isSecond) return void this.#tellPerson(silent.title);
    this.#isSecond = true;
    this.#panel = this.#open(silent.title, silent.viewColumn ?? vscode.ViewColumn.Active, !silent.active);
    silent.dispose();
  }

  async #tellPerson(title: string): Promise<void> {
    this.#hasSpoken = true;
    const reload = translate("Reload Window");
    const said = translate("The editor leaves the page {0} blank, twice now. Reloading the window helps.", title);
    const answer = await vscode.window.showWarningMessage(said, reload);
    if (answer === reload) await vscode.commands.executeCommand("workbench.action.reloadWindow");
  }
}
