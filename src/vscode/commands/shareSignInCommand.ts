import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { isSharingAllowed } from "../../connections/managed/isSharingAllowed.ts";
import type { SettingsValues } from "../../connections/settings/readGatewaySettings.ts";
import type { SharedSignIns } from "../../node/secrets/sharedSignIns.ts";
import { accountAtIssuer } from "../../oauth/tokens/account.ts";
import { asksByItself, type TokenSet } from "../../oauth/tokens/tokenSet.ts";
import { isConfirmed } from "../messages/isConfirmed.ts";
import { tellFact } from "../messages/tellFact.ts";
import { translate } from "../translate.ts";
import type { connectionOf } from "./chooseConnection.ts";
import type { CommandRun } from "./command.ts";

export interface ShareSignInWorld {
  readonly gateways: Gateways;
  readonly keychain: () => Promise<SharedSignIns>;
  readonly settings: () => SettingsValues;
  /** Finds the gateway that is meant, or asks which. */
  readonly connectionOf: typeof connectionOf;
}

/**
 * **Share Sign-In with Programs on This Computer…**: moves the sign-in to a gateway to the keychain after one question, or back
 * to this editor alone.
 */
export async function shareSignInCommand(run: CommandRun, world: ShareSignInWorld): Promise<void> {
  const { gateways } = world;
  const connection = await world.connectionOf(run, translate("Share the sign-in to which gateway?"), gateways);
  if (!connection) return;
  run.about(connection.id);
  const tokens = await gateways.storedTokens(connection);
  const why = obstacle(connection, tokens);
  if (why !== undefined || !tokens) {
    said(why ?? translate("Nobody is signed in to {0}. Sign in first.", connection.name));
    return;
  }
  const shared = await world.keychain();
  if (await shared.isShared(tokens.sessionId)) return await takeBack(connection, tokens, shared);
  const users = gateways.using(tokens.sessionId);
  for (const { url } of [connection, ...users]) world.settings().policy?.of(url).mayShareSignIn();
  await share(connection, { tokens, shared, users });
}

type OfferWorld = Pick<ShareSignInWorld, "gateways" | "keychain" | "settings">;

/**
 * Asks the same question where it matters: a host has got an entry, and signs in by itself whenever no window of this editor is
 * open. Nothing is asked where nothing could move.
 *
 * @param host as its people call it
 */
export async function offerSharing(connection: Connection, host: string, world: OfferWorld): Promise<void> {
  const { gateways } = world;
  const tokens = await gateways.storedTokens(connection).catch(() => undefined);
  if (!tokens || obstacle(connection, tokens) !== undefined) return;
  const users = gateways.using(tokens.sessionId);
  if ([connection, ...users].some(({ url }) => !isSharingAllowed(url, world.settings()))) return;
  const shared = await world.keychain();
  if ((await shared.isShared(tokens.sessionId)) || !(await shared.isAvailable())) return;
  await share(connection, { tokens, shared, users, host });
}

interface Sharing {
  readonly tokens: TokenSet;
  readonly shared: SharedSignIns;
  /** The gateways that use the sign-in. */
  readonly users: readonly Connection[];
  /** What would use it too, where that is why it is asked. */
  readonly host?: string;
}

async function share({ name, id }: Connection, { tokens, shared, users, host }: Sharing): Promise<void> {
  const others = users.filter((one) => one.id !== id).map((one) => one.name);
  const lines = [
    ...(host === undefined
      ? []
      : [
          translate(
            "{0} uses this editor's sign-in as long as a window of it is open. When none is, it signs in by itself, with a page of its own.",
            host,
          ),
        ]),
    translate(
      "It moves from this editor to {0}, which keeps it for all of them from then on: there is one sign-in, and whoever needs it renews it there.",
      keychainName(),
    ),
    translate(
      "The programs that you start on this computer can read it there: agents in a terminal, other editors, and programs that are not ours.",
    ),
    translate("Signing out in one of them signs all of them out."),
    ...(others.length > 0 ? [translate("It is the sign-in to these gateways too: {0}.", others.join(", "))] : []),
    ...(tokens.enterprise
      ? [translate("The sign-in at your company goes along, with the gateways that are entered by it.")]
      : []),
    ...(tokens.client.credential?.kind === "secretStorage"
      ? [translate("The secret that you typed for its client is copied there.")]
      : []),
    translate("The same command takes it back."),
  ];
  const question = translate(
    "Share the sign-in to {0} as {1} with your other programs?",
    name,
    accountAtIssuer(tokens, translate),
  );
  if (!(await isConfirmed(question, bulleted(lines), translate("Share Sign-In")))) return;
  await shared.share(tokens);
  said(
    translate(
      "The sign-in to {0} is in the keychain now. Your other programs use it without a page of their own.",
      name,
    ),
  );
}

async function takeBack({ name }: Connection, tokens: TokenSet, shared: SharedSignIns): Promise<void> {
  const lines = [
    translate("It is in {0} and moves back to this editor.", keychainName()),
    translate("Your other programs are signed out of it, and ask for a sign-in of their own when they need one."),
  ];
  const question = translate("Keep the sign-in to {0} in this editor alone again?", name);
  if (!(await isConfirmed(question, bulleted(lines), translate("Keep It Here")))) return;
  await shared.takeBack(tokens);
  said(translate("The sign-in to {0} is this editor's alone again.", name));
}

/** Why a sign-in cannot move, in a sentence for its person. */
function obstacle({ name, authorization }: Connection, tokens: TokenSet | undefined): string | undefined {
  const { remoteName } = vscode.env;
  if (remoteName !== undefined) {
    return translate(
      "This window works on another computer ({0}), while its sign-ins are kept on yours. Share them from a window of your own computer.",
      remoteName,
    );
  }
  if (authorization.kind === "none")
    return translate("{0} asks nobody to sign in, so that there is nothing to share.", name);
  if (authorization.kind === "aws") {
    return translate(
      "Requests to {0} are signed with AWS credentials, which each program finds by itself. Nothing is kept here that could be shared.",
      name,
    );
  }
  if (tokens && (asksByItself(tokens) || (tokens.enterprise && tokens.enterprise.identity === undefined))) {
    return translate(
      "Each program signs in to {0} by itself, with nobody asked, so that there is nothing to share.",
      name,
    );
  }
  return undefined;
}

const keychainName = (): string =>
  process.platform === "darwin"
    ? translate("the keychain of macOS")
    : process.platform === "win32"
      ? translate("the password vault of Windows")
      : translate("the keyring of your desktop (Secret Service)");

const bulleted = (lines: readonly string[]): string => lines.map((line) => `• ${line}`).join("\n");
const said = (text: string): void => void tellFact(text);
