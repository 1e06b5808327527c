import * as vscode from "vscode";
import type { ResolvedConnection } from "../../connections/resolvedConnection.ts";
import { flowText } from "../../connections/signIn/flowText.ts";
import { offersDeviceCode } from "../../oauth/signIn/deviceCode.ts";
import { translate, translated } from "../translate.ts";

/**
 * What a sign-in waits for, and what to do where it does not come.
 *
 * @param withCode the command that does the same with a code
 * @param flow another flow than the connection's
 */
export function waitingTextFor(
  resolved: ResolvedConnection | undefined,
  withCode: string,
  flow = resolved?.flow ?? "browser",
): string {
  if (flow !== "browser" || vscode.env.remoteName === undefined) return `${translated(flowText[flow].waiting)}…`;
  const paste = translate(
    'waiting for your sign-in in the browser. If it cannot open the last page, run "Gateway Connect: Paste the Address You Were Sent To…".',
  );
  const codes = resolved !== undefined && offersDeviceCode(resolved.server);
  return codes ? `${paste} ${translate('Or cancel, and run "Gateway Connect: {0}".', withCode)}` : paste;
}
