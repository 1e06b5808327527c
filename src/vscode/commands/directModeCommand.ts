import * as vscode from "vscode";
import type { DirectObstacle } from "../../connections/agents/directMode.ts";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import type { SettingsValues } from "../../connections/settings/readGatewaySettings.ts";
import { hostIdOfEditor } from "../../hosts/hostIds.ts";
import { obstaclesOf } from "../agents/directGateways.ts";
import { chosenWay, isConfirmed } from "../messages/isConfirmed.ts";
import { tellFact } from "../messages/tellFact.ts";
import { translate } from "../translate.ts";
import { connectionOf } from "./chooseConnection.ts";
import type { CommandRun } from "./command.ts";
import { executeCommand } from "./executeCommand.ts";

export interface DirectModeWorld {
  readonly gateways: Gateways;
  readonly settings: () => SettingsValues;
}

/**
 * **Direct Mode…**: has the editor go to a gateway itself, after the person has seen what is lost with it, or through the
 * relay again.
 */
export async function directModeCommand(run: CommandRun, { gateways, settings: now }: DirectModeWorld): Promise<void> {
  const title = translate("Have the editor go to which gateway itself?");
  const connection = await connectionOf(run, title, gateways);
  if (!connection) return;
  run.about(connection.id);
  const { id, name } = connection;
  if (connection.isDirect) {
    await gateways.book.setDirect(id, false);
    said(translate("The editor goes to {0} through Gateway Connect again.", name));
    return;
  }
  if (hostIdOfEditor(vscode.env.appName)) {
    said(translate("This editor reads its servers from a file. Direct mode is for the agent of VS Code."));
    return;
  }
  const settings = now();
  // Its own failure has the file and whom to ask.
  settings.policy?.of(connection.url).mayGoDirect();
  const tokens = await gateways.storedTokens(connection).catch(() => undefined);
  const obstacles = obstaclesOf(connection, { gateways, settings }, tokens);
  if (obstacles.length > 0) {
    await refuse(connection, obstacles);
    return;
  }
  const question = translate("Hand the address and the token of {0} to the editor?", name);
  if (!(await isConfirmed(question, whatIsLost(), translate("Use Direct Mode")))) return;
  await gateways.book.setDirect(id, true);
  said(translate("The editor goes to {0} itself now. Direct Mode… takes that back.", name));
}

const said = (text: string): void => void tellFact(text);

/** Those that a person has set, and may take back. */
const setting: ReadonlySet<DirectObstacle> = new Set(["tools", "hiddenTools", "timeout", "headers", "policySession"]);

async function refuse({ id, name }: Connection, obstacles: readonly DirectObstacle[]): Promise<void> {
  const question = translate("Direct mode cannot be used for {0}.", name);
  const detail = obstacles.map((obstacle) => `• ${obstacleText(obstacle)}`).join("\n");
  const settings = translate("Settings");
  const isSet = obstacles.some((obstacle) => setting.has(obstacle));
  if ((await chosenWay(question, detail, isSet ? [settings] : [])) === settings)
    await executeCommand("openSettings", id);
}

/** All that the relay does and the editor does not. */
const whatIsLost = (): string =>
  [
    translate(
      "It is for a company whose list of MCP servers allows this gateway by its address. The editor then has the token in its memory and speaks to the gateway itself. What is lost:",
    ),
    ...[
      translate(
        "When the token is renewed the editor starts the server anew, and a call that is under way is cancelled.",
      ),
      translate(
        "When the gateway refuses the token, the editor opens a sign-in of its own, which knows nothing of this one.",
      ),
      translate("No tool can be hidden, ruled out or given a time limit here: only the gateway decides."),
      translate(
        "Refusals, limits and consents reach the agent in the gateway's words, and a lost connection ends a call.",
      ),
      translate("Traffic is not shown, and the view knows only what was listed before."),
    ].map((line) => `• ${line}`),
  ].join("\n");

/** Why direct mode would take away what is relied on, and what to change. */
function obstacleText(obstacle: DirectObstacle): string {
  switch (obstacle) {
    case "address":
      return translate("Its address is not https, and the token would cross the network in the open.");
    case "aws":
      return translate("Each request to it is signed with AWS credentials, which the editor cannot do.");
    case "idToken":
      return translate("It takes the ID token, which says who you are and is not handed on.");
    case "boundToken":
      return translate(
        "Its token is bound to a key (DPoP), and each request needs a proof that the editor cannot make.",
      );
    case "tools":
      return translate('Rules are set for its tools ("tools"), which the editor would not keep.');
    case "hiddenTools":
      return translate("Tools of it are hidden from the agent. Show them first.");
    case "timeout":
      return translate('Time limits are set for it ("timeout"), which the editor would not keep.');
    case "headers":
      return translate('Headers are set for it ("headers"), which the editor would not send.');
    case "managed":
      return translate("The administrator of this machine rules it out.");
    case "policySession":
      return translate('It is sent policy sessions ("policySession"), which the editor would not send.');
  }
}
