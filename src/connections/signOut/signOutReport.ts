import type { AnyFailure } from "../../failures/failure.ts";
import type { EndedCompany, RevocationReport } from "../../oauth/tokens/revocationReport.ts";
import type { SharingGateways } from "../../oauth/tokens/signOutText.ts";
import type { Connection } from "../connection.ts";

/** What became of the sign-in of one gateway. */
export interface SignOutReport {
  readonly connection: Connection;
  /** Requests were signed with AWS credentials, which are forgotten now. */
  readonly isSigned?: true;
  /** Undefined when nobody was signed in, or when the sign-in goes on for another gateway. */
  readonly revocation?: RevocationReport;
  /** What became of the sign-in at the company's identity provider, where there was one. */
  readonly company?: EndedCompany;
  /** The other gateways that use the same sign-in, and whether it has ended for them too. */
  readonly sharing?: SharingGateways;
  /** Set where the secret storage did not delete what it has of the client. */
  readonly left?: AnyFailure;
}

/** The other gateways among those that use a sign-in, by name; nothing where there are none. */
export function sharingGateways(
  { id }: Connection,
  users: readonly Connection[],
  ended: boolean,
): Pick<SignOutReport, "sharing"> | undefined {
  const names = users.filter((other) => other.id !== id).map(({ name }) => name);
  return names.length > 0 ? { sharing: { names, ended } } : undefined;
}
