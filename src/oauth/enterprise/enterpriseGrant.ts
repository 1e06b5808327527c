import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import type { PlacedCredential } from "../tokens/clientCredential.ts";
import type { ClientIdentity } from "../tokens/clientIdentity.ts";

/** An ID token that is given to us, and the identity provider that takes it from us. */
export interface GivenIdentity {
  readonly place: PlacedCredential;
  readonly server: AuthorizationServer;
  readonly client: ClientIdentity;
}

/**
 * By what a gateway's tokens are obtained again: there is no refresh token then, and both requests are made anew. The
 * assertion that goes from one to the other is kept nowhere.
 */
export interface EnterpriseGrant {
  /** The issuer of the identity provider. */
  readonly issuer: string;
  /** The sign-in there, among all that are kept. */
  readonly identity?: string;
  /** What stands in its place. */
  readonly given?: GivenIdentity;
  /** As they were asked for. */
  readonly resource?: string;
  readonly scopes: readonly string[];
  /** When the identity provider issued the last assertion, in milliseconds since the epoch. */
  readonly exchangedAt: number;
}

/** The reason by which tokens are kept that nobody can use until somebody signs in at the identity provider again. */
export const IDENTITY_ENDED = "identity_ended";
