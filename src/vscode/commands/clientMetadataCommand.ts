import * as vscode from "vscode";
import { readGatewaySettings, type SettingsValues } from "../../connections/settings/readGatewaySettings.ts";
import { addressFaultText } from "../../failures/clientMetadataText.ts";
import { asFailure } from "../../failures/failure.ts";
import { failureLine } from "../../failures/wording.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import { checkClientMetadata, metadataAddress } from "../../oauth/clientMetadata/checkClientMetadata.ts";
import { clientMetadataDocument, documentText } from "../../oauth/clientMetadata/clientMetadataDocument.ts";
import { metadataAddressFault } from "../../oauth/clientMetadata/metadataAddress.ts";
import { publishedRedirects } from "../../oauth/clientMetadata/publishedRedirects.ts";
import type { ShowFailure } from "../messages/failureMessages.ts";
import { failureWords } from "../messages/failureWords.ts";
import { translate } from "../translate.ts";
import { type CommandRun, textArgument } from "./command.ts";

export interface ClientMetadataWorld {
  readonly settings: () => SettingsValues;
  readonly fetch: HttpFetch;
  readonly showFailure: ShowFailure;
}

/**
 * **Write Client Metadata Document…**: writes the document by which identity providers know this client, for an administrator
 * who will publish it at an address of the company, and checks it there when it is asked to.
 */
export async function writeClientMetadataCommand(run: CommandRun, world: ClientMetadataWorld): Promise<void> {
  const given = textArgument(run) ?? (await askAddress());
  if (given === undefined) return;
  const url = metadataAddress(given);
  // Those of the settings for all gateways, which are the ones that people here come back to.
  const redirectUris = publishedRedirects(readGatewaySettings(undefined, world.settings().shared, url).redirect);
  const name = new URL(url).pathname.split("/").findLast((part) => part !== "") ?? "client-metadata.json";
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const to = await vscode.window.showSaveDialog({
    title: translate("Save the Client Metadata Document"),
    filters: { JSON: ["json"] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (!to) return;
  const text = documentText(clientMetadataDocument(url, redirectUris));
  await vscode.workspace.fs.writeFile(to, new TextEncoder().encode(text));
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(to), { preview: false });
  void offerCheck(url, redirectUris, world).catch(world.showFailure);
}

async function askAddress(): Promise<string | undefined> {
  const typed = await vscode.window.showInputBox({
    title: translate("Write Client Metadata Document"),
    prompt: translate("The https address at which you will publish the document. It becomes the client ID."),
    placeHolder: "https://example.com/oauth/gateway-connect.json",
    ignoreFocusOut: true,
    validateInput(text) {
      const fault = text.trim() === "" ? "address" : metadataAddressFault(text.trim());
      return fault && addressFaultText(fault, translate);
    },
  });
  return typed?.trim();
}

/** The document may be published today or next week: the message waits, and what is wrong then can be checked again. */
async function offerCheck(url: string, redirectUris: readonly string[], world: ClientMetadataWorld): Promise<void> {
  const check = translate("Check It Now");
  const text = translate(
    "Publish the document at {0}, as application/json and without a redirect. Then check it, and set it as clientMetadataUrl.",
    url,
  );
  let pressed = await vscode.window.showInformationMessage(text, check);
  while (pressed !== undefined) {
    const wrong = await faultOf(url, redirectUris, world);
    if (!wrong) {
      const copy = translate("Copy the Address");
      const right = translate("The document at {0} is right. Set it as clientMetadataUrl of your gateways.", url);
      if ((await vscode.window.showInformationMessage(right, copy)) === copy) await vscode.env.clipboard.writeText(url);
      return;
    }
    // One message with the way on: of two that come at once the editor may show only the other one.
    pressed = await vscode.window.showErrorMessage(wrong, translate("Check Again"));
  }
}

/** What is wrong with what is published, in words; undefined where nothing is. */
async function faultOf(
  url: string,
  redirectUris: readonly string[],
  { fetch }: ClientMetadataWorld,
): Promise<string | undefined> {
  const options = { location: vscode.ProgressLocation.Notification, title: translate("Checking {0}…", url) };
  try {
    await vscode.window.withProgress(options, () => checkClientMetadata(url, redirectUris, { fetch }));
    return undefined;
  } catch (error) {
    return failureLine(failureWords(asFailure(error)));
  }
}
