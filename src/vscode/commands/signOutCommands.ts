import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import type { SignOutReport } from "../../connections/signOut/signOutReport.ts";
import { allRevoked, signOutText } from "../../oauth/tokens/signOutText.ts";
import { clockTime } from "../clockTime.ts";
import type { ShowFailure } from "../messages/failureMessages.ts";
import { failureWords } from "../messages/failureWords.ts";
import { chosenWay } from "../messages/isConfirmed.ts";
import { tellFact } from "../messages/tellFact.ts";
import { milestones } from "../milestones.ts";
import { translate } from "../translate.ts";
import { chooseConnection, connectionItems, connectionOf } from "./chooseConnection.ts";
import { type CommandRun, connectionArgument } from "./command.ts";

export interface SignOutWorld {
  readonly gateways: Gateways;
  readonly showFailure: ShowFailure;
}

/** **Sign Out**: of one gateway, or of all of them. */
export async function signOutCommand(run: CommandRun, world: SignOutWorld): Promise<void> {
  const { gateways } = world;
  const signedIn = gateways.book.all.filter(({ sessionId }) => sessionId !== undefined);
  if (signedIn.length === 0) {
    void tellFact(translate("You are not signed in to any gateway."));
    return;
  }
  const known = signedIn.find(({ id }) => id === connectionArgument(run));
  const chosen = known ? [known] : await chooseOneOrAll(signedIn, gateways);
  if (chosen) await signOut(chosen, world);
}

/** Signs out of these gateways and says what happened to the tokens. Where one fails, the others are signed out all the same. */
export async function signOut(connections: readonly Connection[], world: SignOutWorld): Promise<void> {
  for (const connection of connections) {
    try {
      tell(await world.gateways.signOut(connection), world);
    } catch (error) {
      world.showFailure(error, connection.id);
    }
  }
}

/**
 * **Sign Out in the Browser Too**: opens the provider's page that ends its own session, of a gateway that is signed out of.
 */
export async function signOutInBrowserCommand(run: CommandRun, gateways: Gateways): Promise<void> {
  const choices = gateways.book.all.filter(
    (one) => one.sessionId === undefined && gateways.logoutPage(one) !== undefined,
  );
  if (choices.length === 0) {
    void tellFact(translate("No gateway that you are signed out of has a page that ends the sign-in in the browser."));
    return;
  }
  const title = translate("Sign out of which gateway in the browser too?");
  const connection = await chooseConnection({ title, id: connectionArgument(run), choices }, gateways);
  if (connection) await openPage(gateways.logoutPage(connection));
}

async function openPage(url: string | undefined): Promise<void> {
  if (url !== undefined) await vscode.env.openExternal(vscode.Uri.parse(url, true));
}

export interface RemoveWorld extends SignOutWorld {
  /** Takes the gateway's entries out of mcp.json files. */
  readonly removed: (connection: Connection) => Promise<void>;
}

/** **Remove Gateway**: signs out of it and forgets it. */
export async function removeGatewayCommand(
  run: CommandRun,
  { gateways, removed, showFailure }: RemoveWorld,
): Promise<void> {
  const connection = await connectionOf(run, translate("Remove which gateway?"), gateways);
  if (!connection) return;
  const question = translate('Remove the gateway "{0}"?', connection.name);
  const detail =
    connection.sessionId === undefined
      ? translate("Its entries in mcp.json files are taken out. The gateway itself is not changed.")
      : translate(
          "You are signed out of it first: its tokens are revoked and deleted, and its entries in mcp.json files are taken out. The gateway itself is not changed.",
        );
  // Afterwards nothing is left of the gateway on which this could be offered.
  const logout = gateways.logoutPage(connection);
  const remove = translate("Remove");
  const everywhere = translate("Remove and Sign Out in the Browser");
  const way = await chosenWay(question, detail, logout === undefined ? [remove] : [remove, everywhere]);
  if (way === undefined) return;
  tell(await gateways.remove(connection), { gateways, showFailure }, true);
  if (way === everywhere) await openPage(logout);
  await removed(connection);
}

function tell(report: SignOutReport, { gateways, showFailure }: SignOutWorld, isRemoved = false): void {
  void milestones.signedOut();
  const { connection, revocation, sharing, left, isSigned, company } = report;
  const words = { time: clockTime, failureWords, say: translate, isRemoved, isSigned, company };
  const text = signOutText(connection.name, revocation, words, sharing);
  if (left) showFailure(left);
  // Its place that stays is the item of the gateway, see `signOutInBrowserCommand`.
  const logout = isRemoved ? undefined : gateways.logoutPage(connection);
  const buttons = logout === undefined ? [] : [translate("Sign Out in the Browser Too")];
  const severity = allRevoked(revocation, company) ? "information" : "warning";
  void tellFact(text, { severity, buttons }).then((chosen) => {
    if (chosen !== undefined) void openPage(logout);
  });
}

async function chooseOneOrAll(
  signedIn: readonly Connection[],
  gateways: Gateways,
): Promise<readonly Connection[] | undefined> {
  if (signedIn.length === 1) return signedIn;
  const each = (await connectionItems(signedIn, gateways)).map(({ connection, ...item }) => ({
    ...item,
    connections: [connection],
  }));
  const all = {
    label: translate("All gateways"),
    description: translate("{0} sign-ins", signedIn.length),
    connections: [...signedIn],
  };
  return (await vscode.window.showQuickPick([...each, all], { title: translate("Sign out of which gateway?") }))
    ?.connections;
}
