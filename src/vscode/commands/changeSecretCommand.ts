import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import { credentialKey, storeCredential, storedCredentialKind } from "../../oauth/tokens/clientCredential.ts";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";
import { showFailure } from "../showFailure.ts";
import { askCredential } from "./connectCommand.ts";
import { chooseConnection, type SignInCommandsWorld } from "./signInCommands.ts";

/** Change Client Secret…: takes another secret or key in the place of the one that was typed for a gateway's client. */
export async function changeSecretCommand(
  id: string | undefined,
  world: SignInCommandsWorld & { readonly secrets: SecretStore },
): Promise<void> {
  const { gateways, secrets, log } = world;
  try {
    const typed = await Promise.all(
      gateways.book.all.map(async (one) => ((await hasTyped(one, secrets)) ? [one] : [])),
    );
    const choices = typed.flat();
    if (choices.length === 0) {
      const text = "No secret or key was typed in for a gateway. One that the settings name is read when it is used.";
      return void vscode.window.showInformationMessage(text);
    }
    const connection = await chooseConnection("Change the client secret of which gateway?", id, choices, gateways);
    if (connection?.authorization.kind !== "oauth") return;
    const { server, clientId } = connection.authorization;
    const secret = await askCredential("Change Client Secret", server.issuer, clientId);
    if (!secret) return;
    await storeCredential(await credentialKey(server.issuer, clientId), secret, secrets);
    const { kind } = await gateways.state(connection);
    const isUsed = kind === "signedIn";
    if (!isUsed) return void (await vscode.commands.executeCommand("gatewayConnect.signIn", connection.id));
    void vscode.window.showInformationMessage(`The secret of ${clientId} was changed. The next renewal uses it.`);
  } catch (error) {
    showFailure(error, log, id);
  }
}

async function hasTyped({ authorization }: Connection, secrets: SecretStore): Promise<boolean> {
  if (authorization.kind === "none") return false;
  const key = await credentialKey(authorization.server.issuer, authorization.clientId);
  return (await storedCredentialKind(key, secrets)) !== undefined;
}
