import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import { whichEnterprise } from "../../connections/enterprise/whichEnterprise.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { readEnterprise } from "../../connections/settings/enterpriseSetting.ts";
import type { SettingsValues } from "../../connections/settings/readGatewaySettings.ts";
import { issuerText } from "../../oauth/tokens/account.ts";
import { credentialKey, storeCredential, storedCredentialKind } from "../../oauth/tokens/clientCredential.ts";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";
import { credentialQuestion, neededAnswer } from "../connect/credentialQuestion.ts";
import { tellFact } from "../messages/tellFact.ts";
import { translate } from "../translate.ts";
import { chooseConnection, connectionItems } from "./chooseConnection.ts";
import { type CommandRun, connectionArgument } from "./command.ts";
import { executeCommand } from "./executeCommand.ts";

export interface ChangeSecretWorld {
  /** The settings as they are now. */
  readonly settings: () => SettingsValues;
  readonly gateways: Gateways;
  readonly secrets: SecretStore;
}

/** **Change Client Secret…**: takes another secret or key in the place of the one that was typed for a gateway's client. */
export async function changeSecretCommand(run: CommandRun, world: ChangeSecretWorld): Promise<void> {
  const { gateways, secrets } = world;
  const typed = await Promise.all(gateways.book.all.map(async (one) => ((await hasTyped(one, secrets)) ? [one] : [])));
  const choices = typed.flat();
  const id = connectionArgument(run);
  const company = id === undefined ? companyClient(world.settings()) : undefined;
  if (company) {
    const chosen = choices.length === 0 ? company : await chooseClient(company, choices, gateways);
    if (!chosen) return;
    if ("issuer" in chosen) return await changeCompanySecret(chosen, secrets);
    return await changeSecretOf(chosen, world);
  }
  if (choices.length === 0) {
    const text = translate(
      "No secret or key was typed in for a gateway. One that the settings name is read when it is used.",
    );
    void tellFact(text);
    return;
  }
  const asked = {
    title: translate("Change the client secret of which gateway?"),
    id,
    choices,
  };
  const connection = await chooseConnection(asked, gateways);
  if (connection?.authorization.kind !== "oauth") return;
  run.about(connection.id);
  await changeSecretOf(connection, world);
}

async function changeSecretOf(connection: Connection, { gateways, secrets }: ChangeSecretWorld): Promise<void> {
  if (connection.authorization.kind !== "oauth") return;
  const { server, clientId } = connection.authorization;
  if (!(await typedSecret(server.issuer, clientId, secrets))) return;
  if ((await gateways.state(connection)).kind !== "signedIn") {
    await executeCommand("signIn", connection.id);
    return;
  }
  void tellFact(translate("The secret of {0} was changed. The next renewal uses it.", clientId));
}

/** The client at the company's identity provider, whose secret may be typed before anybody signs in there. */
function companyClient(values: SettingsValues): Client | undefined {
  const { issuer, clientId } = readEnterprise(whichEnterprise(values)) ?? {};
  return issuer === undefined || clientId === undefined ? undefined : { issuer, clientId };
}

interface Client {
  readonly issuer: string;
  readonly clientId: string;
}

async function chooseClient(
  company: Client,
  choices: readonly Connection[],
  gateways: Gateways,
): Promise<Client | Connection | undefined> {
  const ofCompany = {
    label: translate("Your company's identity provider"),
    description: issuerText(company.issuer),
    chosen: company as Client | Connection,
  };
  const ofGateways = (await connectionItems(choices, gateways)).map(({ connection, ...item }) => ({
    ...item,
    chosen: connection,
  }));
  const title = translate("Change the client secret of which gateway?");
  return (await vscode.window.showQuickPick([ofCompany, ...ofGateways], { title }))?.chosen;
}

async function changeCompanySecret({ issuer, clientId }: Client, secrets: SecretStore): Promise<void> {
  if (!(await typedSecret(issuer, clientId, secrets))) return;
  void tellFact(translate("The secret of {0} was changed. The next sign-in by way of your company uses it.", clientId));
}

/** @returns whether a secret was typed, which is kept then */
async function typedSecret(issuer: string, clientId: string, secrets: SecretStore): Promise<boolean> {
  const { prompt, placeholder } = credentialQuestion(issuer, clientId);
  const secret = await vscode.window.showInputBox({
    ...{ title: translate("Change Client Secret"), prompt, placeHolder: placeholder },
    ...{ password: true, ignoreFocusOut: true, validateInput: neededAnswer },
  });
  if (!secret) return false;
  await storeCredential(await credentialKey(issuer, clientId), secret, secrets);
  return true;
}

async function hasTyped({ authorization }: Connection, secrets: SecretStore): Promise<boolean> {
  if (authorization.kind !== "oauth") return false;
  const key = await credentialKey(authorization.server.issuer, authorization.clientId);
  return (await storedCredentialKind(key, secrets)) !== undefined;
}
