import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { setUpLink } from "../../connections/offers/setUpLink.ts";
import { keyOf } from "../../connections/settings/setForGateways.ts";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { connectionOf } from "../commands/chooseConnection.ts";
import type { CommandRun } from "../commands/command.ts";
import { gatewaysSetting } from "../gatewaysSetting.ts";
import { translate } from "../translate.ts";

/**
 * **Copy Set-up Link**: a link that connects a gateway for whoever follows it, with its address, its name, a client ID that
 * somebody registered for people to share, and the scopes that are set.
 *
 * @param extension the id of this extension
 */
export async function copySetUpLinkCommand(run: CommandRun, gateways: Gateways, extension: string): Promise<void> {
  const title = translate("Copy a set-up link of which gateway?");
  const connection = await connectionOf(run, title, gateways);
  if (!connection) return;
  const { url, name } = connection;
  const link = setUpLink({ url, name, ...sharedOf(connection) }, vscode.env.uriScheme, extension);
  await vscode.env.clipboard.writeText(link);
  vscode.window.setStatusBarMessage(
    `$(check) ${translate("The set-up link was copied. There is no secret in it.")}`,
    4_000,
  );
}

/** What others can use too. A client that was registered for this computer is no use to them. */
function sharedOf({ url, authorization }: Connection) {
  const all = (gatewaysSetting.read() ?? {}) as Readonly<Record<string, unknown>>;
  const set = all[keyOf(all, url)];
  const { clientId: given, scopes } = isJsonObject(set) ? set : {};
  const isShared = authorization.kind === "oauth" && authorization.clientSource === "configured";
  const clientId = typeof given === "string" ? given : isShared ? authorization.clientId : undefined;
  const texts = Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === "string") : [];
  return { ...(clientId !== undefined && { clientId }), ...(texts.length > 0 && { scopes: texts as string[] }) };
}
