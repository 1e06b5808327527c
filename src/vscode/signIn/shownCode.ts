import * as vscode from "vscode";
import { foreignText } from "../../lib/foreignText.ts";
import type { DeviceCode } from "../../oauth/signIn/deviceCode.ts";
import { copyText } from "../copyText.ts";
import { translate } from "../translate.ts";

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
    return translate("Enter the code {0} at {1} on any device.", foreignText(userCode), foreignText(verificationUri));
  }

  show(): void {
    const { userCode, verificationUri, completeUri, minutes } = this.#code;
    const [code, page] = [foreignText(userCode), foreignText(verificationUri)];
    const copy = (text: string, what: string) => copyText(text, what);
    const acts: readonly (vscode.QuickPickItem & { readonly run: () => unknown })[] = [
      {
        label: `$(link-external) ${translate("Copy {0} and Open the Page", code)}`,
        detail: page,
        run: async () => {
          await copy(userCode, translate("The code was copied."));
          await vscode.env.openExternal(vscode.Uri.parse(completeUri ?? verificationUri, true));
        },
      },
      { label: `$(copy) ${translate("Copy the Code")}`, run: () => copy(userCode, translate("The code was copied.")) },
      {
        label: `$(link) ${translate("Copy the Page's Address")}`,
        run: () => copy(verificationUri, translate("The address was copied.")),
      },
    ];
    this.end();
    const list = vscode.window.createQuickPick();
    this.#list = list;
    list.title = translate("Sign In to {0} with the Code {1}", this.#gateway, code);
    list.placeholder = translate("Enter the code {0} at {1} on any device, within {2} minutes.", code, page, minutes);
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
