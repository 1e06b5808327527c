import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import { flowText } from "../../connections/flowText.ts";
import { stateLine } from "../../connections/gatewayStatus.ts";
import type { Gateways, SignOutReport } from "../../connections/gateways.ts";
import type { Log } from "../../lib/log.ts";
import { offersDeviceCode } from "../../oauth/signIn/deviceSignIn.ts";
import { accountText } from "../../oauth/tokens/account.ts";
import { allRevoked, signOutText } from "../../oauth/tokens/signOutText.ts";
import type { TokenSet } from "../../oauth/tokens/tokenSet.ts";
import type { SignInEnding } from "../../relay/gatewayAccess.ts";
import type { BrowserSignIn } from "../browserSignIn.ts";
import { clockTime } from "../outputLog.ts";
import { showFailure } from "../showFailure.ts";

export interface SignInCommandsWorld {
  readonly gateways: Gateways;
  readonly browser: BrowserSignIn;
  readonly log: Log;
}

/** Lets the person choose a gateway where there are several. */
export async function chooseConnection(
  title: string,
  id: string | undefined,
  choices: readonly Connection[],
  gateways: Gateways,
): Promise<Connection | undefined> {
  const known = choices.find((connection) => connection.id === id);
  if (known || choices.length <= 1) return known ?? choices[0];
  const items = await Promise.all(
    choices.map(async (connection) => ({
      label: connection.name,
      description: stateLine(await gateways.state(connection)),
      connection,
    })),
  );
  return (await vscode.window.showQuickPick(items, { title }))?.connection;
}

export async function signInCommand(id: string | undefined, world: SignInCommandsWorld): Promise<void> {
  const { gateways, browser } = world;
  const choices = gateways.book.all.filter(({ authorization }) => authorization.kind === "oauth");
  if (choices.length === 0) {
    await vscode.commands.executeCommand("gatewayConnect.connect");
    return;
  }
  const connection = await chooseConnection("Sign in to which gateway?", id, choices, gateways);
  if (!connection) return;
  const signedIn = await whoIs(connection, gateways);
  if (signedIn === undefined) {
    await signInAs(connection, () => browser.ask({ connection, because: "sign_in_needed", scopes: [] }), world);
    return;
  }
  const another = "Use Another Account…";
  const text = `You are signed in to ${connection.name} as ${signedIn}.`;
  if (!isForPeople(connection, gateways)) return void vscode.window.showInformationMessage(text);
  if ((await vscode.window.showInformationMessage(text, another)) === another) {
    await useAnotherAccountCommand(connection.id, world);
  }
}

/** Whether people sign in there, rather than a client by itself. */
function isForPeople(connection: Connection, gateways: Gateways): boolean {
  const resolved = gateways.readable(connection);
  return resolved !== undefined && resolved.flow !== "clientCredentials";
}

/**
 * Signs in as somebody else, or lets a gateway use a sign-in that is there already. Whoever was signed in is signed out
 * once that worked, unless another gateway uses their sign-in.
 */
export async function useAnotherAccountCommand(id: string | undefined, world: SignInCommandsWorld): Promise<void> {
  const { gateways, browser, log } = world;
  const choices = gateways.book.all.filter((one) => isForPeople(one, gateways));
  const connection = await chooseConnection("Use another account for which gateway?", id, choices, gateways);
  if (!connection) return;
  try {
    const others = (await gateways.accountsFor(connection)).filter(
      ({ sessionId }) => sessionId !== connection.sessionId,
    );
    const chosen = others.length === 0 ? "somebodyElse" : await chooseAccount(connection, others, gateways);
    if (chosen === undefined) return;
    if (chosen === "somebodyElse") return await signInAs(connection, () => browser.askForAnother(connection), world);
    await gateways.useAccount(connection, chosen);
    const who = accountText(chosen.account);
    void vscode.window.showInformationMessage(`Signed in to ${connection.name} as ${who}.`);
  } catch (error) {
    showFailure(error, log, connection.id);
  }
}

async function chooseAccount(
  connection: Connection,
  others: readonly TokenSet[],
  gateways: Gateways,
): Promise<TokenSet | "somebodyElse" | undefined> {
  const items = others.map((tokens) => ({
    label: `$(account) ${tokens.account.label}`,
    description: `signed in to ${gateways
      .using(tokens.sessionId)
      .map((user) => user.name)
      .join(", ")}`,
    chosen: tokens as TokenSet | "somebodyElse",
  }));
  const { flow = "browser" } = gateways.readable(connection) ?? {};
  items.push({ label: "$(add) Somebody Else…", description: flowText[flow].choice, chosen: "somebodyElse" });
  return (await vscode.window.showQuickPick(items, { title: `Use which account for ${connection.name}?` }))?.chosen;
}

/** Signs in on another device, for computers whose browser cannot find its way back. */
export async function signInWithCodeCommand(id: string | undefined, world: SignInCommandsWorld): Promise<void> {
  const { gateways, browser } = world;
  const choices = gateways.book.all.filter(
    (connection) =>
      isForPeople(connection, gateways) &&
      connection.authorization.kind === "oauth" &&
      offersDeviceCode(connection.authorization.server),
  );
  if (choices.length === 0) {
    void vscode.window.showInformationMessage("No identity provider of your gateways offers sign-in with a code.");
    return;
  }
  const connection = await chooseConnection("Sign in with a code to which gateway?", id, choices, gateways);
  if (connection) await signInAs(connection, () => browser.askWithCode(connection), world);
}

async function signInAs(
  connection: Connection,
  ask: () => Promise<SignInEnding>,
  { gateways, log }: SignInCommandsWorld,
): Promise<void> {
  try {
    const ending = await ask();
    if (ending.kind === "cancelled") return;
    const who = await whoIs(connection, gateways);
    if (who !== undefined) void vscode.window.showInformationMessage(`Signed in to ${connection.name} as ${who}.`);
  } catch (error) {
    showFailure(error, log, connection.id);
  }
}

async function whoIs({ id }: Connection, gateways: Gateways): Promise<string | undefined> {
  const connection = gateways.find(id);
  const state = connection && (await gateways.state(connection));
  return state?.kind === "signedIn" ? accountText(state.tokens.account) : undefined;
}

export async function signOutCommand(id: string | undefined, world: SignInCommandsWorld): Promise<void> {
  const { gateways } = world;
  const signedIn = gateways.book.all.filter(({ sessionId }) => sessionId !== undefined);
  if (signedIn.length === 0) {
    void vscode.window.showInformationMessage("You are not signed in to any gateway.");
    return;
  }
  const known = signedIn.find((connection) => connection.id === id);
  const chosen = known ? [known] : await chooseOneOrAll(signedIn, gateways);
  if (chosen) await signOut(chosen, world);
}

/** Signs out of these gateways and tells truthfully what became of the tokens. */
export async function signOut(connections: readonly Connection[], world: SignInCommandsWorld): Promise<void> {
  for (const connection of connections) {
    try {
      tell(await world.gateways.signOut(connection), world.gateways);
    } catch (error) {
      showFailure(error, world.log);
    }
  }
}

export async function removeGatewayCommand(
  id: string | undefined,
  world: SignInCommandsWorld & { readonly removed: (connection: Connection) => Promise<void> },
): Promise<void> {
  const { gateways, log } = world;
  const connection = await chooseConnection("Remove which gateway?", id, gateways.book.all, gateways);
  if (!connection) return;
  const remove = "Remove";
  const answer = await vscode.window.showWarningMessage(
    `Remove the gateway "${connection.name}"?`,
    {
      modal: true,
      detail:
        "You are signed out of it first: its tokens are revoked and deleted, and its entries in mcp.json files are taken out. The gateway itself is not changed.",
    },
    remove,
  );
  if (answer !== remove) return;
  try {
    tell(await gateways.remove(connection), gateways);
    await world.removed(connection);
  } catch (error) {
    showFailure(error, log);
  }
}

function tell({ connection, revocation, sharing }: SignOutReport, gateways: Gateways): void {
  const text = signOutText(connection.name, revocation, clockTime, sharing);
  const logout = gateways.logoutPage(connection);
  const buttons = logout === undefined ? [] : ["Sign Out in the Browser Too"];
  const shown = allRevoked(revocation)
    ? vscode.window.showInformationMessage(text, ...buttons)
    : vscode.window.showWarningMessage(text, ...buttons);
  void shown.then((chosen) => {
    if (chosen !== undefined && logout) void vscode.env.openExternal(vscode.Uri.parse(logout, true));
  });
}

async function chooseOneOrAll(
  signedIn: readonly Connection[],
  gateways: Gateways,
): Promise<readonly Connection[] | undefined> {
  if (signedIn.length === 1) return signedIn;
  const each = await Promise.all(
    signedIn.map(async (connection) => ({
      label: connection.name,
      description: stateLine(await gateways.state(connection)),
      connections: [connection],
    })),
  );
  const all = { label: "All gateways", description: `${signedIn.length} sign-ins`, connections: [...signedIn] };
  return (await vscode.window.showQuickPick([...each, all], { title: "Sign out of which gateway?" }))?.connections;
}
