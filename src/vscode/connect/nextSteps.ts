import * as vscode from "vscode";
import { awsWho } from "../../connections/aws/awsWho.ts";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { accountAtIssuer, isNamed } from "../../oauth/tokens/account.ts";
import { executeCommand } from "../commands/executeCommand.ts";
import { translate } from "../translate.ts";

/** Says what was connected, as whom and with how many tools, and offers what comes next. */
export async function offerNextSteps(connection: Connection, tools: number, gateways: Gateways): Promise<void> {
  const state = await gateways.state(connection);
  const who = state.kind === "signedIn" && isNamed(state.tokens.account) ? state.tokens : undefined;
  const text = who
    ? translate("Connected to {0} as {1}.", connection.name, accountAtIssuer(who, translate))
    : state.kind === "signedInToAws"
      ? translate("Connected to {0} as {1}.", connection.name, foreignText(awsWho(state, translate)))
      : translate("Connected to {0}.", connection.name);
  // What the editor's agent has of them is said where that is known, see `giveToAgent`.
  const has = tools === 1 ? translate("It has 1 tool.") : translate("It has {0} tools.", tools);
  const [run, status] = [translate("Run a Tool"), translate("Show Status")];
  void vscode.window.showInformationMessage(`${text} ${has}`, run, status).then((chosen) => {
    if (chosen === run) void executeCommand("runTool", connection.id);
    if (chosen === status) void executeCommand("showMenu");
  });
}
