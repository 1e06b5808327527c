import * as vscode from "vscode";
import { foreignText } from "../../lib/foreignText.ts";
import type { ConsentEnding, ConsentPage } from "../../relay/consent/consents.ts";
import { copyText } from "../copyText.ts";
import { translate } from "../translate.ts";

type Act = vscode.QuickPickItem & { readonly run: () => unknown };

/** The question that is on the screen or comes next: a list takes away the one before it, whose gateway would be declined. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Asks a person for the consent that a target needs, and waits until they say that it is given: nothing else tells.
 *
 * It is a list that nothing takes away but an answer, Escape, and the end of the page's life.
 */
export async function askConsent(page: ConsentPage, signal: AbortSignal): Promise<ConsentEnding> {
  const asked = last.then(() => (signal.aborted ? "cancelled" : ask(page, signal)));
  last = asked.catch(() => {});
  return await asked;
}

async function ask(page: ConsentPage, signal: AbortSignal): Promise<ConsentEnding> {
  const { gateway, target, url, message, portal, isUsual } = page;
  const [who, host] = [foreignText(target, 80), new URL(url).host];
  const list = vscode.window.createQuickPick<Act>();
  const ending = new Promise<ConsentEnding>((resolve) => {
    const end = (how: ConsentEnding) => {
      resolve(how);
      list.dispose();
    };
    const open = (address: string) => vscode.env.openExternal(vscode.Uri.parse(address, true));
    const acts: readonly (Act | undefined)[] = [
      portal === undefined
        ? undefined
        : {
            label: `$(link-external) ${translate("Open the Consent Portal")}`,
            detail: portal,
            run: () => open(portal),
          },
      {
        label: `$(link-external) ${translate("Open the Page")}`,
        detail: isUsual ? host : translate("{0}: not a page of AgentCore. Open it only if you know it.", host),
        run: () => open(url),
      },
      { label: `$(check) ${translate("Done: Call the Tool Again")}`, run: () => end("done") },
      {
        label: `$(copy) ${translate("Copy the Page's Address")}`,
        run: () => copyText(url, translate("The address was copied.")),
      },
      { label: `$(close) ${translate("Cancel")}`, run: () => end("cancelled") },
    ];
    list.title = translate("{0} of {1} Needs Your Consent", who, gateway);
    list.placeholder = message ?? translate("Agree at the page in your browser, then choose Done here.");
    list.items = acts.filter((act) => act !== undefined);
    list.ignoreFocusOut = true;
    list.onDidAccept(() => void list.selectedItems[0]?.run());
    list.onDidHide(() => end("cancelled"));
    signal.addEventListener("abort", () => end("cancelled"), { once: true });
    list.show();
  });
  return await ending;
}
