import * as vscode from "vscode";
import type { ToolDenials } from "../../connections/agents/toolDenials.ts";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { rulesOf } from "../../connections/managed/managedGateway.ts";
import { withHiddenTool } from "../../connections/settings/hiddenTools.ts";
import { type SettingsValues, usableSetting } from "../../connections/settings/readGatewaySettings.ts";
import { isFailure } from "../../failures/failure.ts";
import type { Log } from "../../lib/log.ts";
import { type ListMethod, listMethods } from "../../mcp/lists.ts";
import { copyText } from "../copyText.ts";
import { gatewaysSetting } from "../gatewaysSetting.ts";
import { tellFact } from "../messages/tellFact.ts";
import { translate } from "../translate.ts";
import { chooseConnection, connectionOf } from "./chooseConnection.ts";
import { addressArgument, type CommandRun, connectionArgument, textArgument, toolArgument } from "./command.ts";
import { executeCommand } from "./executeCommand.ts";

export interface GatewayCommandsWorld {
  readonly gateways: Gateways;
  /** The settings as they are now. */
  readonly settings: () => SettingsValues;
  readonly log: Log;
  readonly denials: Pick<ToolDenials, "clear">;
}

/** How many gateways are asked at once. */
const TOGETHER = 4;

/** **Refresh**: reads the lists of a gateway anew, or of all that can be asked without a sign-in. */
export async function refreshGatewayCommand(
  run: CommandRun,
  { gateways, log, denials }: GatewayCommandsWorld,
): Promise<void> {
  const id = connectionArgument(run);
  const one = id === undefined ? undefined : gateways.find(id);
  const refresh = async () => {
    if (one) {
      run.about(one.id);
      denials.clear(one.id);
      return await readLists(one, gateways);
    }
    const waiting = [...gateways.book.all];
    const turn = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const { id, name } = next;
        denials.clear(id);
        // What keeps one from being read is seen in the view, and the others are read all the same.
        await readLists(next, gateways).catch(() => log.info("a gateway was not listed anew", { gateway: name }));
      }
    };
    await Promise.all(Array.from({ length: TOGETHER }, turn));
  };
  await vscode.window.withProgress({ location: { viewId: "gatewayConnect.gateways" } }, refresh);
}

/** @throws GatewayFailure where its tools cannot be read */
async function readLists({ id }: Connection, gateways: Gateways): Promise<void> {
  const relay = await gateways.relay(id);
  const others = listMethods.filter((method) => method !== "tools/list");
  const list = (method: ListMethod) => relay?.own.list(method);
  await list("tools/list");
  for (const method of others) {
    await list(method)?.catch((failure: unknown) => {
      if (!isFailure(failure, "answered_with_error")) throw failure;
    });
  }
}

/** **Rename…**: how a gateway is called here. The name that the editor knows its server by stays. */
export async function renameGatewayCommand(
  run: CommandRun,
  { gateways, settings }: GatewayCommandsWorld,
): Promise<void> {
  const connection = await connectionOf(run, translate("Rename which gateway?"), gateways);
  if (!connection) return;
  const { id, name } = connection;
  const typed = await vscode.window.showInputBox({
    title: translate("Rename {0}", name),
    prompt: translate("Its name in this extension. Your editor's agent goes on to know it by its first name."),
    value: name,
    validateInput: (value) => {
      if (value.trim() === "") return translate("A gateway needs a name.");
      const other = gateways.book.all.find((one) => one.id !== id && one.name === value.trim());
      return other && translate("Another gateway has that name.");
    },
  });
  if (typed === undefined || typed.trim() === name) return;
  rulesOf(connection.url, { settings }).mayBeCalled(typed.trim());
  await gateways.rename(id, typed.trim());
}

/** **Copy Address**: of a gateway, or of what runs on this machine. */
export async function copyAddressCommand(run: CommandRun, { gateways }: GatewayCommandsWorld): Promise<void> {
  // What runs on this machine may be no connection.
  const local = textArgument(run) === undefined ? addressArgument(run) : undefined;
  const url = local ?? (await connectionOf(run, translate("Copy the address of which gateway?"), gateways))?.url;
  if (url === undefined) return;
  await copyText(url, translate("The address was copied."));
}

/**
 * **New Policy Session**: whoever calls a gateway begins a new one, in which earlier calls do not count. Only gateways that
 * are sent one are offered.
 */
export async function newPolicySessionCommand(
  run: CommandRun,
  { gateways, settings: current }: GatewayCommandsWorld,
): Promise<void> {
  const settings = current();
  const choices = gateways.book.all.filter(({ url }) => usableSetting("policySession", settings, url) === true);
  if (choices.length === 0) {
    const said = translate('No gateway is sent policy sessions. Set "policySession" for one in the settings.');
    const open = translate("Settings");
    if ((await vscode.window.showInformationMessage(said, open)) === open) await executeCommand("openSettings");
    return;
  }
  const title = translate("Begin a new policy session of which gateway?");
  const connection = await chooseConnection({ title, id: connectionArgument(run), choices }, gateways);
  if (!connection) return;
  (await gateways.relay(connection.id))?.newPolicySession();
  void tellFact(translate("A new policy session of {0} has begun. Earlier calls do not count in it.", connection.name));
}

/** **Hide from the Agent**, **Show to the Agent**: changes which tools of a gateway agents are shown. */
export async function hideToolCommand(
  run: CommandRun,
  isHidden: boolean,
  { gateways }: GatewayCommandsWorld,
): Promise<void> {
  const connection = gateways.find(connectionArgument(run) ?? "");
  const tool = toolArgument(run);
  if (!connection || tool === undefined) return;
  await gatewaysSetting.write(withHiddenTool(gatewaysSetting.read(), connection.url, { tool, isHidden }));
}
