import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { credentialKey, storeCredential, storedCredentialKind } from "../../oauth/tokens/clientCredential.ts";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";
import { credentialQuestion, neededAnswer } from "../connect/credentialQuestion.ts";
import { translate } from "../translate.ts";
import { chooseConnection } from "./chooseConnection.ts";
import { type CommandRun, connectionArgument } from "./command.ts";
import { executeCommand } from "./executeCommand.ts";

export interface ChangeSecretWorld {
  readonly gateways: Gateways;
  readonly secrets: SecretStore;
}

/** **Change Client Secret…**: takes another secret or key in the place of the one that was typed for a gateway's client. */
export async function changeSecretCommand(run: CommandRun, { gateways, secrets }: ChangeSecretWorld): Promise<void> {
  const typed = await Promise.all(gateways.book.all.map(async (one) => ((await hasTyped(one, secrets)) ? [one] : [])));
  const choices = typed.flat();
  if (choices.length === 0) {
    const text = translate(
      "No secret or key was typed in for a gateway. One that the settings name is read when it is used.",
    );
    void vscode.window.showInformationMessage(text);
    return;
  }
  const asked = {
    title: translate("Change the client secret of which gateway?"),
    id: connectionArgument(run),
    choices,
  };
  const connection = await chooseConnection(asked, gateways);
  if (connection?.authorization.kind !== "oauth") return;
  run.about(connection.id);
  const { server, clientId } = connection.authorization;
  const { prompt, placeholder } = credentialQuestion(server.issuer, clientId);
  const secret = await vscode.window.showInputBox({
    ...{ title: translate("Change Client Secret"), prompt, placeHolder: placeholder },
    ...{ password: true, ignoreFocusOut: true, validateInput: neededAnswer },
  });
  if (!secret) return;
  await storeCredential(await credentialKey(server.issuer, clientId), secret, secrets);
  if ((await gateways.state(connection)).kind !== "signedIn") {
    await executeCommand("signIn", connection.id);
    return;
  }
  void vscode.window.showInformationMessage(
    translate("The secret of {0} was changed. The next renewal uses it.", clientId),
  );
}

async function hasTyped({ authorization }: Connection, secrets: SecretStore): Promise<boolean> {
  if (authorization.kind !== "oauth") return false;
  const key = await credentialKey(authorization.server.issuer, authorization.clientId);
  return (await storedCredentialKind(key, secrets)) !== undefined;
}
