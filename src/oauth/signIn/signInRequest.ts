import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import type { IdentityProvider } from "../identityProviders/identityProvider.ts";
import type { BearerToken, ClientIdentity } from "../tokens/tokenSet.ts";
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
  readonly resource?: string;
  readonly scopes: readonly string[];
  /** Which token the gateway gets. */
  readonly bearerToken: BearerToken;
  /** The audience that the token must have to be kept; undefined leaves that to the gateway. */
  readonly audience?: string;
  /** Lets the person choose another account than the one the provider remembers (OpenID Connect Core, 3.1.2.1). */
  readonly chooseAccount?: boolean;
}
