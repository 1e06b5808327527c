import { isSecureUrl, parseUrl } from "../../lib/secureUrl.ts";
import type { IdentityProvider } from "../identityProviders/identityProvider.ts";
import type { Authorization } from "../signIn/authorization.ts";

/**
 * The provider's page that ends its own session in the browser: the product's own way, else that of OpenID Connect
 * RP-Initiated Logout 1.0, 2. The ID token that it would take as a hint does not go into an address.
 *
 * @param redirectUri one of the client's redirect URIs, which some products want to be named
 * @returns undefined where there is none, or none that is safe to open
 */
export function logoutPage(
  { server, clientId, scopes, signIn }: Extract<Authorization, { kind: "oauth" }>,
  provider: IdentityProvider,
  redirectUri: string,
): string | undefined {
  if (signIn === "clientCredentials") return undefined;
  const own = provider.logoutPage?.(server, { clientId, redirectUri, scopes });
  const url = parseUrl(own ?? server.end_session_endpoint ?? "");
  if (!url || !isSecureUrl(url)) return undefined;
  if (own === undefined) url.searchParams.set("client_id", clientId);
  return url.href;
}
