import { translatable } from "../../failures/translate.ts";
import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import type { SignInFlow } from "../signIn/signInFlow.ts";
import { defaultNames } from "../tokens/account.ts";
import type { IdentityProviderId } from "./identityProviderIds.ts";

/** What a sign-in asks for, as far as a provider's own ways depend on it. */
export interface AskedTokens {
  readonly flow: SignInFlow;
  /** The audience that the gateway is known to take. */
  readonly audience?: string | undefined;
  /** The resource indicator, whether or not the provider looks at it. */
  readonly resource?: string | undefined;
}

/**
 * What one product does otherwise than the standards, or leaves open: a table of facts, each with its source where it
 * stands. What is not in it is done as the standards say.
 */
export interface IdentityProvider {
  readonly id: IdentityProviderId;
  /** What people call it. */
  readonly name: string;
  /** Whether metadata is this product's: by its host, or by the form of its addresses, which custom domains keep. */
  readonly recognises: (server: AuthorizationServer) => boolean;
  /** Whether it says in its metadata that it takes PKCE; where it does not, S256 is used all the same. */
  readonly advertisesPkce: boolean;
  /**
   * What it makes of a resource indicator (RFC 8707): `binds` tokens to it; `ignores` it, so that one sign-in serves
   * every gateway of the same client and scopes; `refuses` it, so that none is sent unless it is configured.
   */
  readonly resource: "binds" | "ignores" | "refuses";
  /** What tokens are bound to by a parameter of its own, so that one sign-in serves no other gateway. */
  readonly boundAudience?: (asked: AskedTokens) => string | undefined;
  /** When `offline_access` is asked for: always, where the metadata lists it, or never. */
  readonly offlineAccess: "always" | "listed" | "never";
  /** Scopes that bring a name to show, as far as the metadata lists them. */
  readonly scopesAboutPeople: readonly string[];
  /** Whether it wants a secret of native applications too, which can keep none. */
  readonly needsSecret: boolean;
  /** How a scope is spelled in a request, where the gateway names the short form. */
  readonly requestScope?: (scope: string, audience: string | undefined) => string;
  /** What a client asks for when it signs in as itself. */
  readonly clientScopes?: (scopes: readonly string[], audience: string | undefined) => readonly string[];
  /** Whether a token's audience is the one that the settings name; by default they are the same text. */
  readonly isAudience?: (found: string, wanted: string) => boolean;
  /** Whether its metadata lists scopes of APIs too, and not those of OpenID Connect alone. */
  readonly listsScopes: boolean;
  /** Parameters of a request for tokens that no standard has. */
  readonly parameters?: (asked: AskedTokens) => Readonly<Record<string, string>>;
  /** The `prompt` (OpenID Connect Core, 3.1.2.1) that lets people choose another account. */
  readonly chooseAccountPrompt: "login" | "select_account";
  /** Where the ID of a client is found, in the words of its console. */
  readonly clientIdAt?: string;
  readonly redirect: {
    /** Whether it compares the port of a loopback redirect, which RFC 8252, 7.3 asks not to. */
    readonly port: "exact" | "any";
    /** The hosts that can be registered over http without more ado. */
    readonly hosts: readonly string[];
    /** Where the redirect URI is registered, in the words of its console. */
    readonly registeredAt: string;
  };
  /** The kinds of tokens that can be revoked (RFC 7009). Others are not tried. */
  readonly revokes: readonly TokenKind[];
  /** Where tokens are revoked, for a product that has an endpoint and does not say so. */
  readonly revocationEndpoint?: (server: AuthorizationServer) => string | undefined;
  /** How far a revocation reaches, a sentence for people; absent where nobody knows. */
  readonly afterRevocation?: string;
  /** The page that ends the session in the browser; by default the one in the metadata. */
  readonly logoutPage?: (server: AuthorizationServer, asked: LogoutRequest) => string | undefined;
  /** The claim that names the client in an access token. */
  readonly clientClaim: "client_id" | "cid" | "azp" | "appid";
  /** The claims with a name for people, best first. */
  readonly nameClaims: readonly string[];
  /** The token that a gateway can check. */
  readonly token: "access" | "id";
  /** The audience of an assertion of `private_key_jwt` (RFC 7523, 3): the issuer, or its token endpoint as of old. */
  readonly assertionAudience: "issuer" | "token_endpoint";
  /** The algorithm of an assertion that an RSA key signs. */
  readonly assertionAlgorithm: "RS256" | "PS256";
  /** Where the key of `private_key_jwt` is named in the header of the assertion (RFC 7515, 4.1.4 and 4.1.8). */
  readonly keyHeader: "kid" | "x5t#S256";
}

export interface LogoutRequest {
  readonly clientId: string;
  /** One of the client's redirect URIs. */
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

/** What most products have in common; each table says where its own differs. */
export const defaults = {
  advertisesPkce: true,
  resource: "binds",
  offlineAccess: "listed",
  chooseAccountPrompt: "login",
  redirect: {
    port: "exact",
    hosts: ["localhost", "127.0.0.1"],
    registeredAt: translatable("the redirect URIs of the client"),
  },
  revokes: ["refresh token", "access token"],
  clientClaim: "client_id",
  nameClaims: defaultNames,
  token: "access",
  needsSecret: false,
  listsScopes: true,
  scopesAboutPeople: ["openid", "profile"],
  assertionAudience: "issuer",
  assertionAlgorithm: "RS256",
  keyHeader: "kid",
} as const satisfies Partial<IdentityProvider>;

/** Scopes as a request has to spell them, each once. */
export const requestScopes = (
  { requestScope }: Pick<IdentityProvider, "requestScope">,
  scopes: readonly string[],
  audience: string | undefined,
): readonly string[] => [...new Set(scopes.map((scope) => requestScope?.(scope, audience) ?? scope))];

/** The path of an endpoint, empty where there is none. */
export function pathOf(address: string | undefined): string {
  return address !== undefined && URL.canParse(address) ? new URL(address).pathname : "";
}

/** The host of an address, empty where it is none. */
export function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).hostname : "";
}

export type TokenKind = "refresh token" | "access token";
