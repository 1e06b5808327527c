import { signOutOfCompany } from "../../connections/enterprise/companySignOut.ts";
import { companySignOutText } from "../../connections/enterprise/companySignOutText.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { asFailure } from "../../failures/failure.ts";
import { exitCodes } from "../arguments.ts";
import { exitCodeOf } from "../exitCode.ts";
import { say } from "../output.ts";
import { standaloneFailureText, terminalWords } from "../terminalWords.ts";

/**
 * Ends every company's sign-in that the keychain keeps, with all that came from it, and says what ended and what goes on.
 *
 * @param all the gateways of each record in the keychain, at least one
 * @returns the first exit code that is not 0
 */
export async function signOutOfCompanies(all: readonly [...Gateways[], Gateways]): Promise<number> {
  const codes: number[] = [];
  const fail = (error: unknown): void => {
    const failure = asFailure(error);
    say(standaloneFailureText(failure));
    codes.push(exitCodeOf(failure));
  };
  // One that cannot be read keeps no other from it.
  for (const gateways of all) await gateways.book.load().catch(fail);
  const known = (await (await all[0]?.company())?.known()) ?? [];
  if (known.length === 0) {
    say("Nobody is signed in at a company in this computer's keychain. There was no token to revoke.");
    return codes[0] ?? exitCodes.ended;
  }
  for (const company of known) {
    try {
      const report = await signOutOfCompany(company, all);
      const time = (moment: number) => new Date(moment).toLocaleString();
      const { summary, lines, isAllRevoked } = companySignOutText(report, { time, failureWords: terminalWords });
      say([summary, ...lines.map((line) => `  ${line}`)].join("\n"));
      if (!isAllRevoked) codes.push(exitCodes.notAllRevoked);
    } catch (error) {
      fail(error);
    }
  }
  say("Your browser stays signed in at your company, and so do editors that keep a sign-in of their own.");
  return codes[0] ?? exitCodes.ended;
}
