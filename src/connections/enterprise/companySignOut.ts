import { type AnyFailure, asFailure } from "../../failures/failure.ts";
import { isSameAddress } from "../../lib/sameAddress.ts";
import type { RevocationReport } from "../../oauth/tokens/revocationReport.ts";
import type { Connection } from "../connection.ts";
import type { Gateways } from "../gateways.ts";
import type { SignOutReport } from "../signOut/signOutReport.ts";
import type { KnownCompany } from "./companySignIns.ts";

/** What became of a company's sign-in and of all that came from it. */
export interface CompanySignOut {
  readonly issuer: string;
  /** Whether it was made with an ID token that somebody else obtains, which is not ours to end. */
  readonly isGiven: boolean;
  /** What became of the sign-in at the company; absent where there was none any more, or none of ours. */
  readonly revocation?: RevocationReport;
  /** What became of what other programs obtained from it. */
  readonly others: readonly RevocationReport[];
  /** Each gateway that was entered by it. */
  readonly gateways: readonly Omit<SignOutReport, "company">[];
  /** Those that could not be signed out of. */
  readonly failed: readonly { readonly connection: Connection; readonly failure: AnyFailure }[];
}

/** What ends a company's sign-in: one window's gateways, or those of each record that a program without windows keeps. */
type Places = readonly Pick<Gateways, "book" | "using" | "readable" | "company" | "signOut" | "forget">[];

/** The gateways that were entered by way of a company. */
export const enteredBy = ({ users }: KnownCompany, gateways: Pick<Gateways, "using">): readonly Connection[] =>
  users.flatMap(({ sessionId }) => gateways.using(sessionId));

/**
 * Ends a company's sign-in with all that came from it. The company's ends first, so that nobody is let in by it meanwhile;
 * a gateway that cannot be signed out of keeps no other from it, and its tokens are revoked all the same.
 *
 * @throws GatewayFailure of `CompanySignIns.end`; nothing is forgotten then
 */
export async function signOutOfCompany(company: KnownCompany, places: Places): Promise<CompanySignOut> {
  const { issuer, tokens, isGiven, users } = company;
  const owner = await places[0]?.company();
  const { revocation, others = [] } = (tokens && (await owner?.end(tokens.sessionId))) ?? {};
  const reports: Omit<SignOutReport, "company">[] = [];
  const failed: { readonly connection: Connection; readonly failure: AnyFailure }[] = [];
  for (const gateways of places) {
    // One of those that share a sign-in signs out of it for all of them.
    for (const connection of users.flatMap(({ sessionId }) => gateways.using(sessionId).slice(0, 1))) {
      try {
        // That the company's goes on for others is not so any more.
        const { company: _, ...report } = await gateways.signOut(connection);
        reports.push(report);
      } catch (error) {
        failed.push({ connection, failure: asFailure(error) });
      }
    }
    // Whoever is on the way in by it is not let in after it.
    for (const connection of gateways.book.all.filter((one) => mayBeOnItsWay(one, issuer, gateways))) {
      await gateways.signOut(connection).catch(() => {});
    }
  }
  for (const { sessionId } of users) await places[0]?.forget(sessionId).catch(() => {});
  return { issuer, isGiven, ...(revocation && { revocation }), others, gateways: reports, failed };
}

function mayBeOnItsWay(connection: Connection, issuer: string, gateways: Pick<Gateways, "readable">): boolean {
  const { authorization, sessionId } = connection;
  if (sessionId !== undefined || authorization.kind !== "oauth") return false;
  const { company } = authorization;
  return (
    (company === undefined || isSameAddress(company.issuer, issuer)) &&
    gateways.readable(connection)?.flow === "enterprise"
  );
}
