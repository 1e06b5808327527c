import type { AnyFailure } from "../../failures/failure.ts";
import type { TokenKind } from "../identityProviders/identityProvider.ts";
import type { Account } from "./account.ts";

/** What became of one token at the identity provider. */
export type RevocationStep =
  | { readonly token: TokenKind; readonly kind: "revoked" }
  /** The provider has no revocation endpoint (RFC 8414, 2), or none for this kind of token (RFC 7009, 2.2.1). */
  | { readonly token: TokenKind; readonly kind: "notOffered" }
  | { readonly token: TokenKind; readonly kind: "failed"; readonly reason: string; readonly unknownClient?: true };

/** The truth about a sign-out. */
export interface RevocationReport {
  readonly issuer: string;
  /** Whose tokens they were. */
  readonly account: Account;
  readonly steps: readonly RevocationStep[];
  /** How far the provider's revocation reaches, a sentence for people; undefined where nobody knows. */
  readonly reach?: string;
  /**
   * Until when a gateway that validates offline still accepts the token it was sent, in milliseconds since the
   * epoch: a JWT carries its own end, and nobody asks the provider. Undefined where that is not known or past.
   */
  readonly passesOfflineUntil?: number;
  /** Set where the secret storage did not delete the tokens. */
  readonly left?: AnyFailure;
}

/** What became of a sign-in at a company's identity provider when that to a gateway ended. */
export interface EndedCompany {
  readonly issuer: string;
  /** It was made with an ID token that somebody else obtained, which is not ours to end. */
  readonly isGiven?: true;
  /** Undefined where it goes on for other gateways. */
  readonly revocation?: RevocationReport;
}

/** Whether the provider did not know the client whose tokens were to be revoked. */
export const metUnknownClient = ({ steps }: RevocationReport): boolean =>
  steps.some((step) => step.kind === "failed" && step.unknownClient === true);
