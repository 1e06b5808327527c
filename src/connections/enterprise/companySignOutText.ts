import { english } from "../../failures/translate.ts";
import { failureLine } from "../../failures/wording.ts";
import { issuerText } from "../../oauth/tokens/account.ts";
import type { RevocationReport } from "../../oauth/tokens/revocationReport.ts";
import { allRevoked, passesText, type SignOutWords, signOutText } from "../../oauth/tokens/signOutText.ts";
import type { CompanySignOut } from "./companySignOut.ts";

/** The end of a company's sign-in in words. */
export interface CompanySignOutText {
  /** What happened, in a few sentences. */
  readonly summary: string;
  /** What became of each sign-in, one a line. */
  readonly lines: readonly string[];
  /** Whether all that the person had was revoked and deleted, so that there is nothing to warn about. */
  readonly isAllRevoked: boolean;
}

/** The truth about the end of a company's sign-in: what ended with it, and until when an issued token passes. */
export function companySignOutText(
  report: CompanySignOut,
  words: Pick<SignOutWords, "time" | "failureWords" | "say">,
): CompanySignOutText {
  const { say = english, time, failureWords } = words;
  const { revocation, others, gateways, failed, isGiven } = report;
  const company = issuerText(report.issuer);
  const names = gateways.flatMap(({ connection, sharing }) => [connection.name, ...(sharing?.names ?? [])]);
  const lines = [
    ...(revocation ? [signOutText(company, withoutEnd(revocation), words)] : []),
    ...(isGiven ? [say("The ID token of {0} is another program's, and was left alone.", company)] : []),
    ...gateways.map((one) =>
      signOutText(one.connection.name, withoutEnd(one.revocation), { ...words, ...one }, one.sharing),
    ),
    ...others.map((one) => signOutText(issuerText(one.issuer), withoutEnd(one), words)),
    ...failed.map(({ connection, failure }) => `${connection.name}: ${failureLine(failureWords(failure))}`),
  ];
  const isAllRevoked =
    failed.length === 0 &&
    [revocation, ...others, ...gateways.map((one) => one.revocation)].every((one) => allRevoked(one)) &&
    gateways.every(({ left }) => left === undefined);
  const passes = lastToPass([...others, ...gateways.map((one) => one.revocation)]);
  const sentences = [
    names.length > 0
      ? say("Signed out of your company, {0}, and of what you entered by it: {1}.", company, names.join(", "))
      : say("Signed out of your company, {0}.", company),
    isAllRevoked
      ? say("The tokens were revoked, and deleted from this computer.")
      : say("Not everything could be revoked or deleted."),
    ...(passes === undefined ? [] : [passesText(passes, time, say)]),
  ];
  return { summary: sentences.join(" "), lines, isAllRevoked };
}

/** Until when a token would pass is said once for all of them. */
function withoutEnd<T extends RevocationReport | undefined>(report: T): T {
  if (!report) return report;
  const { passesOfflineUntil: _, ...rest } = report;
  return rest as T;
}

function lastToPass(reports: readonly (RevocationReport | undefined)[]): number | undefined {
  const ends = reports.flatMap((report) => report?.passesOfflineUntil ?? []);
  return ends.length > 0 ? Math.max(...ends) : undefined;
}
