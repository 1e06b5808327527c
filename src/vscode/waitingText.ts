import * as vscode from "vscode";
import { flowText } from "../connections/flowText.ts";
import type { ResolvedConnection } from "../connections/resolvedConnection.ts";
import { offersDeviceCode } from "../oauth/signIn/deviceCode.ts";

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
  if (flow !== "browser" || vscode.env.remoteName === undefined) return `${flowText[flow].waiting}…`;
  const paste = `${flowText[flow].waiting}. If it cannot open the last page, run "Gateway Connect: Paste the Address You Were Sent To…".`;
  const codes = resolved !== undefined && offersDeviceCode(resolved.server);
  return codes ? `${paste} Or cancel, and run "Gateway Connect: ${withCode}".` : paste;
}
