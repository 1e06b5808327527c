import { rm } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { asFailure } from "../../failures/failure.ts";
import { failureLine } from "../../failures/wording.ts";
import type { HostEntries } from "../../hosts/hostEntries.ts";
import type { WrittenEntry } from "../../hosts/writtenEntries.ts";
import { signOutText } from "../../oauth/tokens/signOutText.ts";
import { clockTime } from "../clockTime.ts";
import { failureWords } from "../messages/failureWords.ts";
import { isConfirmed } from "../messages/isConfirmed.ts";

export interface CleanUpWorld {
  readonly gateways: Gateways;
  readonly written: () => Promise<readonly WrittenEntry[]>;
  readonly entries: () => Promise<HostEntries>;
  /** The extension's storage. */
  readonly folder: string;
}

/** What is kept there for hosts and for the next start, and is of no use without a gateway. */
const kept = ["catalogues", "backups", "bridge"];

/**
 * **Sign Out of Everything and Clean Up…**: what to do before the extension is uninstalled, since nobody can revoke a token
 * afterwards. Each step goes on where another fails, and the report says what became of each.
 */
export async function cleanUpCommand(world: CleanUpWorld): Promise<void> {
  const { gateways } = world;
  const all = gateways.book.all;
  const entries = (await world.written()).length;
  const go = vscode.l10n.t("Sign Out and Clean Up");
  const detail = [
    vscode.l10n.t(
      "Tokens are revoked at their identity providers and deleted here, as far as a provider revokes them.",
    ),
    vscode.l10n.t(
      "Gateways connected: {0}. Entries in files of other programs: {1}. All of them are removed.",
      all.length,
      entries,
    ),
    vscode.l10n.t("Your settings stay. After the extension is uninstalled, nothing could revoke what it left."),
  ];
  const question = vscode.l10n.t("Sign out of everything and clean up?");
  if (!(await isConfirmed(question, detail.join("\n\n"), go))) return;
  const options = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t("Cleaning up") };
  const report = await vscode.window.withProgress(options, async (progress) => {
    const lines: string[] = [];
    for (const connection of all) {
      progress.report({ message: connection.name });
      lines.push(...(await removed(connection, world)));
    }
    for (const { tokens, connections } of await gateways.sessions()) {
      if (connections.length === 0) await gateways.forget(tokens.sessionId);
    }
    if (gateways.book.all.length === 0) {
      await gateways
        .forgetCompanies()
        .catch((error: unknown) => lines.push(failureLine(failureWords(asFailure(error)))));
      for (const name of kept) await rm(join(world.folder, name), { recursive: true, force: true });
    }
    return lines;
  });
  const end = vscode.l10n.t("Everything is signed out and cleaned up.");
  const some = vscode.l10n.t("Some of it could not be cleaned up.");
  const title = gateways.book.all.length === 0 ? end : some;
  // A report that is to be read stays until it is closed.
  await vscode.window.showInformationMessage(title, { modal: true, detail: report.join("\n") });
}

async function removed(
  connection: Connection,
  { gateways, written, entries }: CleanUpWorld,
): Promise<readonly string[]> {
  try {
    const { revocation, sharing, left, isSigned, company } = await gateways.remove(connection);
    const words = { time: clockTime, failureWords, say: vscode.l10n.t, isSigned, company };
    const lines = [signOutText(connection.name, revocation, words, sharing)];
    if (left) lines.push(failureLine(failureWords(left)));
    if ((await written()).some(({ connectionId }) => connectionId === connection.id)) {
      for (const { path, error } of await (await entries()).remove(connection.id)) {
        const { detail } = failureWords(asFailure(error));
        lines.push(vscode.l10n.t("Its entry is still in {0}, which could not be changed. {1}", path, detail));
      }
    }
    return lines;
  } catch (error) {
    return [`${connection.name}: ${failureLine(failureWords(asFailure(error)))}`];
  }
}
