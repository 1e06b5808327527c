import * as vscode from "vscode";
import { foreignText } from "../lib/foreignText.ts";
import type { DeviceCode } from "../oauth/signIn/deviceCode.ts";

/**
 * The code of a sign-in on another device, on the screen until that sign-in ends.
 *
 * It is a list that nothing takes away but Escape and another list; `show` brings it back.
 */
export class ShownCode {
  readonly #gateway: string;
  readonly #code: DeviceCode;
  #list: vscode.QuickPick<vscode.QuickPickItem> | undefined;

  constructor(gateway: string, code: DeviceCode) {
    this.#gateway = gateway;
    this.#code = code;
  }

  /** The same in one line. */
  get text(): string {
    const { userCode, verificationUri } = this.#code;
    return `Enter the code ${foreignText(userCode)} at ${foreignText(verificationUri)} on any device.`;
  }

  show(): void {
    const { userCode, verificationUri, completeUri, minutes } = this.#code;
    const [code, page] = [foreignText(userCode), foreignText(verificationUri)];
    const copy = async (text: string, what: string) => {
      await vscode.env.clipboard.writeText(text);
      vscode.window.setStatusBarMessage(`$(check) ${what} was copied`, 4_000);
    };
    const acts: readonly (vscode.QuickPickItem & { readonly run: () => unknown })[] = [
      {
        label: `$(link-external) Copy ${code} and Open the Page`,
        detail: page,
        run: async () => {
          await copy(userCode, "The code");
          await vscode.env.openExternal(vscode.Uri.parse(completeUri ?? verificationUri, true));
        },
      },
      { label: "$(copy) Copy the Code", run: () => copy(userCode, "The code") },
      { label: "$(link) Copy the Page's Address", run: () => copy(verificationUri, "The address") },
    ];
    this.end();
    const list = vscode.window.createQuickPick();
    this.#list = list;
    list.title = `Sign In to ${this.#gateway} with the Code ${code}`;
    list.placeholder = `Enter the code ${code} at ${page} on any device, within ${minutes} minutes.`;
    list.items = acts;
    list.ignoreFocusOut = true;
    list.onDidAccept(() => {
      const [chosen] = list.selectedItems;
      void acts.find((one) => one === chosen)?.run();
    });
    list.show();
  }

  /** Takes it off the screen. */
  end(): void {
    this.#list?.dispose();
    this.#list = undefined;
  }
}
