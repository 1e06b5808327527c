import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import type { IdentityProvider } from "../identityProviders/identityProvider.ts";
import type { Account } from "../tokens/account.ts";
import type { ClientIdentity } from "../tokens/clientIdentity.ts";
import type { ProofKey } from "../tokens/proofAlgorithms.ts";
import type { BearerToken } from "../tokens/tokenSet.ts";
import type { WorkloadIdentity } from "../workload/workloadIdentity.ts";
import type { SignInFlow } from "./signInFlow.ts";

/** What to sign in to, and as which client. */
export interface SignInRequest {
  readonly gateway: string;
  /** The connection that the tokens are for. */
  readonly connectionId?: string;
  readonly server: AuthorizationServer;
  /** The product behind the server, whose deviations from the standards are taken into account. */
  readonly identityProvider: IdentityProvider;
  readonly flow: SignInFlow;
  readonly client: ClientIdentity;
  /** The key that the tokens are to be bound to (RFC 9449), made for this sign-in. */
  readonly proofKey?: ProofKey;
  /** Where the token of a workload comes from. */
  readonly workload?: WorkloadIdentity;
  /** What its platform calls a workload. */
  readonly subject?: string;
  /** Who it is, where that is known before the tokens come. */
  readonly account?: Account;
  readonly resource?: string;
  readonly scopes: readonly string[];
  /** Which token the gateway gets. */
  readonly bearerToken: BearerToken;
  /** The audience that the token must have to be kept; undefined leaves that to the gateway. */
  readonly audience?: string;
  /** Lets the person choose another account than the one the provider remembers (OpenID Connect Core, 3.1.2.1). */
  readonly chooseAccount?: boolean;
}
