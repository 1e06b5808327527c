import { isSecureUrl, parseUrl } from "../../lib/secureUrl.ts";
import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import type { IdentityProvider } from "../identityProviders/identityProvider.ts";
import { isMachineFlow, type SignInFlow } from "../signIn/signInFlow.ts";

/** The sign-in whose session in the browser is to end. */
export interface BrowserSession {
  readonly server: AuthorizationServer;
  readonly identityProvider: IdentityProvider;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly flow: SignInFlow;
  readonly redirect: { readonly uris: readonly [string, ...string[]] };
}

/**
 * The provider's page that ends its own session in the browser: the product's own page, else that of OpenID Connect
 * RP-Initiated Logout 1.0, 2. The ID token that it would take as a hint does not go into an address.
 *
 * @returns undefined where there is none, or none that is safe to open
 */
export function logoutPage({
  server,
  identityProvider,
  clientId,
  scopes,
  flow,
  redirect,
}: BrowserSession): string | undefined {
  // Neither a program that signed in as itself nor a company left anything of this provider in a browser.
  if (isMachineFlow(flow) || flow === "enterprise") return undefined;
  const own = identityProvider.logoutPage?.(server, { clientId, redirectUri: redirect.uris[0], scopes });
  const url = parseUrl(own ?? server.end_session_endpoint ?? "");
  if (!url || !isSecureUrl(url)) return undefined;
  if (own === undefined) url.searchParams.set("client_id", clientId);
  return url.href;
}
