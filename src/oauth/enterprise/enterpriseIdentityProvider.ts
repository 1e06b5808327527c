import type { ClientSettings } from "../signIn/clientSettings.ts";
import type { PlacedCredential } from "../tokens/clientCredential.ts";

/**
 * A company's identity provider, which lets its people into gateways without a page of theirs (Enterprise-Managed
 * Authorization of MCP, a profile of draft-ietf-oauth-identity-assertion-authz-grant). Whoever set it up for the company
 * says which it is: nobody finds it out.
 */
export interface EnterpriseIdentityProvider
  extends Pick<ClientSettings, "clientAuthentication" | "clientSecret" | "privateKey" | "keyId"> {
  readonly issuer: string;
  /** The client that this program is there: another one than at a gateway's authorization server. */
  readonly clientId: string;
  /** What its sign-in asks for; without them, what brings an ID token and a refresh token. */
  readonly scopes?: readonly string[];
  /** Where an ID token of the person is read that somebody else obtains. Nobody signs in then. */
  readonly idToken?: PlacedCredential;
}

/** By which an authorization server says that it takes identity assertions (the same draft, 6). */
const ID_JAG_PROFILE = "urn:ietf:params:oauth:grant-profile:id-jag";

/** The extension of MCP, as clients announce it among their capabilities. */
export const ENTERPRISE_EXTENSION = "io.modelcontextprotocol/enterprise-managed-authorization";

/** What its sign-in asks for where nothing is set: somebody's ID token, and what brings the next without a page. */
export const enterpriseScopes: readonly string[] = ["openid", "offline_access"];

/** Whether an authorization server takes identity assertions, as far as it says so. */
export const takesIdentityAssertions = (server: { readonly [name: string]: unknown }): boolean => {
  const { authorization_grant_profiles_supported: profiles } = server;
  return Array.isArray(profiles) && profiles.includes(ID_JAG_PROFILE);
};
