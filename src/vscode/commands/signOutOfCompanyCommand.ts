import * as vscode from "vscode";
import type { KnownCompany } from "../../connections/enterprise/companySignIns.ts";
import { enteredBy, signOutOfCompany } from "../../connections/enterprise/companySignOut.ts";
import { type CompanySignOutText, companySignOutText } from "../../connections/enterprise/companySignOutText.ts";
import type { Gateways } from "../../connections/gateways.ts";
import type { FailureWords } from "../../failures/wording.ts";
import type { SharedSignIns } from "../../node/secrets/sharedSignIns.ts";
import { accountAtIssuer, issuerText } from "../../oauth/tokens/account.ts";
import { clockTime } from "../clockTime.ts";
import { isConfirmed } from "../messages/isConfirmed.ts";
import { tellFact } from "../messages/tellFact.ts";
import { milestones } from "../milestones.ts";
import { translate } from "../translate.ts";
import { type CommandRun, connectionArgument } from "./command.ts";

export interface SignOutOfCompanyWorld {
  readonly gateways: Gateways;
  readonly keychain: () => Promise<SharedSignIns>;
  readonly failureWords: FailureWords;
}

/**
 * **Sign Out of My Company…**: ends the sign-in at a company's identity provider and all that came from it, after a question
 * that says what ends and what goes on.
 */
export async function signOutOfCompanyCommand(run: CommandRun, world: SignOutOfCompanyWorld): Promise<void> {
  const { gateways, failureWords } = world;
  const owner = await gateways.company();
  const known = await owner.known();
  if (known.length === 0) {
    said(translate("You are not signed in at a company here. Sign Out ends the sign-in to one gateway."));
    return;
  }
  const of = connectionArgument(run);
  const meant = known.find((one) => enteredBy(one, gateways).some(({ id }) => id === of));
  const company = meant ?? (await chooseCompany(known, gateways));
  if (!company) return;
  const { tokens, issuer } = company;
  const [first] = enteredBy(company, gateways);
  const redirect = first && gateways.readable(first)?.redirect;
  const page = tokens && redirect && owner.logoutPage(tokens, redirect);
  if (!(await isWanted(company, page !== undefined, world))) return;
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: translate("Signing out of your company, {0}", issuerText(issuer)),
  };
  const report = await vscode.window.withProgress(options, () => signOutOfCompany(company, [gateways]));
  void milestones.signedOut();
  tell(companySignOutText(report, { time: clockTime, failureWords, say: translate }), page);
}

async function chooseCompany(known: readonly KnownCompany[], gateways: Gateways): Promise<KnownCompany | undefined> {
  if (known.length === 1) return known[0];
  const items = known.map((company) => ({
    label: `$(organization) ${company.tokens ? accountAtIssuer(company.tokens, translate) : issuerText(company.issuer)}`,
    description: namesOf(company, gateways).join(", "),
    company,
  }));
  return (await vscode.window.showQuickPick(items, { title: translate("Sign out of which company?") }))?.company;
}

/** Says what ends and what goes on, before anything does. */
async function isWanted(
  company: KnownCompany,
  hasPage: boolean,
  { gateways, keychain }: SignOutOfCompanyWorld,
): Promise<boolean> {
  const { tokens, issuer, isGiven, users } = company;
  const entered = namesOf(company, gateways);
  const ids = new Set(users.map(({ sessionId }) => sessionId));
  const others = gateways.book.all.filter(({ sessionId }) => sessionId !== undefined && !ids.has(sessionId));
  const isShared = tokens !== undefined && (await (await keychain()).isShared(tokens.sessionId));
  const lines = [
    ...(tokens
      ? [
          translate(
            "The sign-in of {0} ends: its refresh token is revoked where that is offered, and its ID token, which nobody can revoke, is deleted.",
            accountAtIssuer(tokens, translate),
          ),
        ]
      : []),
    ...(entered.length > 0
      ? [translate("You are signed out of what you entered by it: {0}.", entered.join(", "))]
      : []),
    ...(isGiven ? [translate("The ID token is another program's, and is left alone.")] : []),
    ...(others.length > 0
      ? [
          translate(
            "You stay signed in to what has a sign-in of its own: {0}.",
            others.map(({ name }) => name).join(", "),
          ),
        ]
      : []),
    isShared
      ? translate("Your other programs use the same sign-in, and are signed out with it.")
      : translate("Other editors and programs that signed in by themselves stay signed in."),
    hasPage
      ? translate("Your browser stays signed in there. Afterwards you are offered the page that ends that.")
      : translate("Your browser stays signed in there."),
  ];
  const question = translate("Sign out of your company, {0}?", issuerText(issuer));
  return await isConfirmed(question, lines.map((line) => `• ${line}`).join("\n"), translate("Sign Out of My Company"));
}

/** A report that is to be read stays until it is closed. The page that it offers has no other place afterwards. */
function tell({ summary, lines, isAllRevoked }: CompanySignOutText, page: string | undefined): void {
  const browser = translate("Sign Out in the Browser Too");
  const buttons = page === undefined ? [] : [browser];
  const detail = lines.join("\n\n");
  const shown = isAllRevoked
    ? vscode.window.showInformationMessage(summary, { modal: true, detail }, ...buttons)
    : vscode.window.showWarningMessage(summary, { modal: true, detail }, ...buttons);
  void shown.then(async (chosen) => {
    if (chosen === browser && page !== undefined) await vscode.env.openExternal(vscode.Uri.parse(page, true));
  });
}

const namesOf = (company: KnownCompany, gateways: Gateways): readonly string[] =>
  enteredBy(company, gateways).map(({ name }) => name);

const said = (text: string): void => void tellFact(text);
