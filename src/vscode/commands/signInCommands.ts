import * as vscode from "vscode";
import type { Connection } from "../../core/connection/connection.ts";
import type { Gateways, SignOutReport } from "../../core/connection/gateways.ts";
import type { Log } from "../../core/log.ts";
import type { SignInEnding } from "../../core/relay/gatewayAccess.ts";
import { isSecureUrl, parseUrl } from "../../core/secureUrl.ts";
import { stateLine } from "../../core/status/gatewayStatus.ts";
import { allRevoked, signOutText } from "../../core/tokens/signOutText.ts";
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
  if ((await vscode.window.showInformationMessage(text, another)) === another) {
    await useAnotherAccountCommand(connection.id, world);
  }
}

/** Signs in as somebody else; whoever was signed in is signed out once that worked. */
export async function useAnotherAccountCommand(id: string | undefined, world: SignInCommandsWorld): Promise<void> {
  const { gateways, browser } = world;
  const choices = gateways.book.all.filter(({ authorization }) => authorization.kind === "oauth");
  const connection = await chooseConnection("Use another account for which gateway?", id, choices, gateways);
  if (connection) await signInAs(connection, () => browser.askForAnother(connection), world);
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
    showFailure(error, log);
  }
}

async function whoIs({ id }: Connection, gateways: Gateways): Promise<string | undefined> {
  const connection = gateways.find(id);
  const state = connection && (await gateways.state(connection));
  return state?.kind === "signedIn" ? state.tokens.account.label : undefined;
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
      tell(await world.gateways.signOut(connection));
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
    tell(await gateways.remove(connection));
    await world.removed(connection);
  } catch (error) {
    showFailure(error, log);
  }
}

function tell({ connection, revocation }: SignOutReport): void {
  const text = signOutText(connection.name, revocation, clockTime);
  const logout = logoutPage(connection);
  const buttons = logout === undefined ? [] : ["Sign Out in the Browser Too"];
  const shown = allRevoked(revocation)
    ? vscode.window.showInformationMessage(text, ...buttons)
    : vscode.window.showWarningMessage(text, ...buttons);
  void shown.then((chosen) => {
    if (chosen !== undefined && logout) void vscode.env.openExternal(vscode.Uri.parse(logout, true));
  });
}

/** The provider's page that ends its own session (OpenID Connect RP-Initiated Logout 1.0, 2). */
function logoutPage({ authorization }: Connection): string | undefined {
  if (authorization.kind !== "oauth") return undefined;
  const url = parseUrl(authorization.server.end_session_endpoint ?? "");
  if (!url || !isSecureUrl(url)) return undefined;
  url.searchParams.set("client_id", authorization.clientId);
  return url.href;
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
