import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import { isForPeople } from "../../connections/gatewayStatus.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { flowText } from "../../connections/signIn/flowText.ts";
import { gatewayHost } from "../../connections/signIn/sharingConsent.ts";
import type { SharedSignIn } from "../../connections/signIn/signInSharing.ts";
import { offersDeviceCode } from "../../oauth/signIn/deviceCode.ts";
import { accountAtIssuer } from "../../oauth/tokens/account.ts";
import type { TokenSet } from "../../oauth/tokens/tokenSet.ts";
import type { SignInEnding } from "../../relay/gatewayAccess.ts";
import { withCancellableProgress } from "../messages/cancellableProgress.ts";
import { tellFact } from "../messages/tellFact.ts";
import type { EditorSignIn } from "../signIn/editorSignIn.ts";
import { isSignedInText, signedInText } from "../signIn/signedInText.ts";
import { translate, translated } from "../translate.ts";
import { chooseConnection } from "./chooseConnection.ts";
import { type CommandRun, connectionArgument } from "./command.ts";
import { executeCommand } from "./executeCommand.ts";

export interface SignInWorld {
  readonly gateways: Gateways;
  readonly browser: EditorSignIn;
}

/** **Sign In**: signs in to a gateway, or says who is signed in there already. */
export async function signInCommand(run: CommandRun, world: SignInWorld): Promise<void> {
  const { gateways, browser } = world;
  const choices = gateways.book.all.filter((one) => gateways.asksForSignIn(one));
  if (choices.length === 0) {
    await executeCommand("connect");
    return;
  }
  const asked = { title: translate("Sign in to which gateway?"), id: connectionArgument(run), choices };
  const connection = await chooseConnection(asked, gateways);
  if (!connection) return;
  run.about(connection.id);
  const signedIn = await whoIs(connection, gateways);
  if (signedIn === undefined || (await hasMoved(connection, gateways))) {
    const asked = { connection, because: "sign_in_needed", scopes: [], isAskedFor: true } as const;
    await signInAs(connection, () => browser.ask(asked), gateways);
    return;
  }
  const another = translate("Use Another Account…");
  const text = isSignedInText(connection, signedIn);
  const buttons = isForPeople(gateways.readable(connection)) ? [another] : [];
  if ((await tellFact(text, { buttons })) === another) {
    await useAnotherAccount(connection, world);
  }
}

/** Whether the gateway wants its person to sign in elsewhere by now, although the token of before is still there. */
async function hasMoved(connection: Connection, gateways: Gateways): Promise<boolean> {
  const title = translate("Asking {0} where to sign in", connection.name);
  return await withCancellableProgress(title, async () => (await gateways.wantedIssuer(connection)) !== undefined);
}

/** **Use Another Account…**: signs in as somebody else, or uses a sign-in that is there already. */
export async function useAnotherAccountCommand(run: CommandRun, world: SignInWorld): Promise<void> {
  const { gateways } = world;
  const choices = gateways.book.all.filter((one) => isForPeople(gateways.readable(one)));
  const asked = { title: translate("Use another account for which gateway?"), id: connectionArgument(run), choices };
  const connection = await chooseConnection(asked, gateways);
  if (!connection) return;
  run.about(connection.id);
  await useAnotherAccount(connection, world);
}

/** Signs the person out who was signed in, once the new sign-in works, unless another gateway uses their sign-in. */
async function useAnotherAccount(connection: Connection, { gateways, browser }: SignInWorld): Promise<void> {
  const all = await gateways.accountsFor(connection);
  const others = all.filter(({ tokens }) => tokens.sessionId !== connection.sessionId);
  const chosen = others.length === 0 ? "somebodyElse" : await chooseAccount(connection, others, gateways);
  if (chosen === undefined) return;
  if (chosen === "somebodyElse") {
    await signInAs(connection, () => browser.askForAnother(connection), gateways);
    return;
  }
  // The list named the account and both gateways: who picks an entry agrees to it.
  if (!(await gateways.useAccount(connection, chosen, chosen.consent))) return;
  void tellFact(signedInText(connection, chosen.tokens));
}

async function chooseAccount(
  connection: Connection,
  others: readonly SharedSignIn[],
  gateways: Gateways,
): Promise<SharedSignIn | "somebodyElse" | undefined> {
  const items = others.map((shared) => ({
    label: `$(account) ${accountAtIssuer(shared.tokens, translate)}`,
    description: translate(
      "signed in to {0}",
      gateways
        .using(shared.tokens.sessionId)
        .map((user) => `${user.name} (${gatewayHost(user.url)})`)
        .join(", "),
    ),
    chosen: shared as SharedSignIn | "somebodyElse",
  }));
  const { flow = "browser" } = gateways.readable(connection) ?? {};
  items.push({
    label: `$(add) ${translate("Somebody Else…")}`,
    description: translated(flowText[flow].choice),
    chosen: "somebodyElse",
  });
  return (await vscode.window.showQuickPick(items, { title: translate("Use which account for {0}?", connection.name) }))
    ?.chosen;
}

/** **Sign In with a Code…**: signs in on another device, for computers whose browser cannot find its way back. */
export async function signInWithCodeCommand(run: CommandRun, { gateways, browser }: SignInWorld): Promise<void> {
  const choices = gateways.book.all.filter(
    (connection) =>
      isForPeople(gateways.readable(connection)) &&
      connection.authorization.kind === "oauth" &&
      offersDeviceCode(connection.authorization.server),
  );
  if (choices.length === 0) {
    void tellFact(translate("No identity provider of your gateways offers sign-in with a code."));
    return;
  }
  const asked = { title: translate("Sign in with a code to which gateway?"), id: connectionArgument(run), choices };
  const connection = await chooseConnection(asked, gateways);
  if (!connection) return;
  run.about(connection.id);
  await signInAs(connection, () => browser.askWithCode(connection), gateways);
}

async function signInAs(connection: Connection, ask: () => Promise<SignInEnding>, gateways: Gateways): Promise<void> {
  const ending = await ask();
  if (ending.kind === "cancelled") return;
  const who = await whoIs(connection, gateways);
  if (who) void tellFact(signedInText(connection, who));
}

async function whoIs({ id }: Connection, gateways: Gateways): Promise<TokenSet | undefined> {
  const connection = gateways.find(id);
  const state = connection && (await gateways.state(connection));
  return state?.kind === "signedIn" ? state.tokens : undefined;
}
