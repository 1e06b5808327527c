import * as vscode from "vscode";
import { pause } from "../../lib/waiting.ts";

/** How long a server may say nothing before the person is told, in milliseconds. */
const SILENCE_MS = 10_000;

/**
 * What a person sees of an attempt to connect: the box that they typed the address in, busy, until they are asked
 * something; then a notification, as long as it takes. Each ends the attempt when it is cancelled.
 */
export class ConnectStage {
  readonly #title: string;
  readonly #address: string;
  readonly #ended = new AbortController();
  #box: vscode.InputBox | undefined;
  #silence: AbortController | undefined;
  #notification: { readonly report: (message: string) => void; readonly close: () => void } | undefined;
  #wantsAddress = false;

  constructor(title: string, address: string) {
    this.#title = title;
    this.#address = address;
  }

  /** Aborted when the person gives the attempt up. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Whether they gave it up for another address. */
  get wantsAddress(): boolean {
    return this.#wantsAddress;
  }

  /** Shows what is going on, in a few words. */
  report(text: string): void {
    if (this.#ended.signal.aborted) return;
    if (this.#notification) {
      this.#notification.report(text);
      return;
    }
    this.#showBox(text);
    this.#silence?.abort();
    this.#silence = new AbortController();
    void this.#afterSilence(text, this.#silence.signal);
  }

  /** Makes room for a question. */
  pause(): void {
    this.#silence?.abort();
    this.#closeBox();
  }

  /** Goes on in a notification: what follows happens in other windows, and the box would be in its way. */
  leave(text: string): void {
    this.pause();
    if (this.#notification) {
      this.#notification.report(text);
      return;
    }
    const options = { location: vscode.ProgressLocation.Notification, title: this.#title, cancellable: true };
    void vscode.window.withProgress(options, (progress, token) => {
      token.onCancellationRequested(() => this.#ended.abort());
      return new Promise<void>((close) => {
        this.#notification = { report: (message) => progress.report({ message }), close };
        progress.report({ message: text });
      });
    });
  }

  end(): void {
    this.pause();
    this.#notification?.close();
    this.#notification = undefined;
  }

  #showBox(text: string): void {
    const box = this.#box ?? vscode.window.createInputBox();
    box.title = this.#title;
    box.value = this.#address;
    box.prompt = `${text}…`;
    box.busy = true;
    box.enabled = false;
    box.ignoreFocusOut = true;
    if (this.#box) return;
    this.#box = box;
    box.onDidHide(() => {
      if (this.#box === box) this.#ended.abort();
    });
    box.show();
  }

  #closeBox(): void {
    const box = this.#box;
    this.#box = undefined;
    box?.dispose();
  }

  /** Tells of a server that says nothing, and leaves it to the person how long to wait. An answer takes the question away. */
  async #afterSilence(text: string, signal: AbortSignal): Promise<void> {
    await pause(SILENCE_MS, signal);
    if (signal.aborted || this.#ended.signal.aborted) return;
    this.#closeBox();
    const wait = { label: `$(watch) ${vscode.l10n.t("Keep Waiting")}` };
    const change = { label: `$(edit) ${vscode.l10n.t("Change the Address…")}` };
    const stop = { label: `$(close) ${vscode.l10n.t("Cancel")}` };
    const seconds = SILENCE_MS / 1000;
    const hidden = new vscode.CancellationTokenSource();
    signal.addEventListener("abort", () => hidden.cancel(), { once: true });
    const chosen = await vscode.window.showQuickPick(
      [wait, change, stop],
      {
        title: vscode.l10n.t("{0} has not answered for {1} seconds", hostOf(this.#address), seconds),
        placeHolder: text,
        ignoreFocusOut: true,
      },
      hidden.token,
    );
    hidden.dispose();
    if (signal.aborted || this.#ended.signal.aborted) return;
    if (chosen === wait) return this.#showBox(text);
    this.#wantsAddress = chosen === change;
    this.#ended.abort();
  }
}

const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).host : address);
