import type { CustomJwtAuthorizer } from "../../agentcore/authorizer/authorizerConfiguration.ts";
import type { Claims } from "../../agentcore/authorizer/claimRules.ts";
import type { Person } from "../identity/people.ts";

/** Which identity provider the sandbox behaves like. */
export type SandboxProfileId =
  | "generic"
  | "okta"
  | "oktaOrg"
  | "entra"
  | "entraV1"
  | "cognito"
  | "auth0"
  | "keycloak"
  | "pingFederate"
  | "google";

/** For whom the gateway's policy is: tokens of people and of machines differ where a provider says so. */
export type Callers = "people" | "machines";

/** Where things are once the sandbox runs: what a profile's metadata, claims and policy are made of. */
export interface ProfileAddresses {
  /** Where the identity provider listens, without a path. */
  readonly origin: string;
  readonly issuer: string;
  readonly gatewayUrl: string;
}

/** What is known about an access token when its claims are written. */
export interface TokenFacts extends ProfileAddresses {
  readonly clientId: string;
  /** Undefined in the token of a machine. */
  readonly person: Person | undefined;
  /** What was asked for and granted, as it was spelled in the request. */
  readonly scopes: readonly string[];
  /** The `resource` of the request (RFC 8707), where the provider listens to it. */
  readonly resource: string | undefined;
}

/** An error answer in the provider's own words. */
export interface Refusal {
  readonly error: string;
  readonly description: string;
  /** The person sees it on a page, and the client never hears of it. */
  readonly onPage?: true;
}

export interface ProfileRoutes {
  readonly authorization: string;
  readonly token: string;
  readonly jwks: string;
  readonly end_session: string;
  /** Where it is missing, tokens cannot be revoked. */
  readonly revocation?: string;
  /** Where it is missing, clients cannot register themselves. */
  readonly registration?: string;
  /** Where they are missing, there are no device codes. */
  readonly device_authorization?: string;
  readonly code_verification?: string;
}

/** What an identity provider does in its own way: facts, each as its documentation or its users tell it. */
export interface SandboxProfile {
  /** What follows the address in the issuer: a path, a lone slash, or nothing. */
  readonly issuerPath: string;
  /** The host name of the endpoints, where it is not the issuer's. */
  readonly endpointHost?: "localhost";
  readonly routes: ProfileRoutes;
  readonly metadata: {
    /** Where the documents are. */
    readonly paths: readonly string[];
    /** Members that the provider leaves out. */
    readonly without: readonly string[];
    /** Members that the provider has, or has in another form. */
    readonly with?: (addresses: ProfileAddresses) => Readonly<Record<string, unknown>>;
  };
  readonly clients: {
    /** The public client of the editor. */
    readonly app: string;
    /** Its secret is asked for at the token endpoint, although a program on a person's computer cannot keep one. */
    readonly appNeedsSecret?: true;
    /** A client for access without a person. Missing where the provider has no such grant. */
    readonly machine?: string;
    /** Another one, with a key (RFC 7523) in place of a secret. Missing where the provider knows no such client. */
    readonly keyMachine?: string;
  };
  /** Whether the port of a loopback redirect has to be a registered one. */
  readonly redirect: "exact" | "anyPort";
  /** What the page says about a redirect URI that is not registered. */
  readonly redirectRefusal?: string;
  /** Whether the authorization response names the issuer (RFC 9207). */
  readonly namesIssuer: boolean;
  readonly scopes: {
    /** About the person, which the metadata lists. */
    readonly identity: readonly string[];
    /** Of the API, as they are asked for. */
    readonly api: readonly string[];
    /** Whether the metadata lists those of the API too. */
    readonly listed: boolean;
    /** What is wrong with the scopes of a request. Unknown ones are dropped where this is missing. */
    readonly refuse?: (asked: readonly string[], callers: Callers) => Refusal | undefined;
  };
  /**
   * What becomes of `resource` (RFC 8707): it has to be the gateway, becomes the audience whatever it is, is ignored,
   * or is refused; or a parameter `audience` is looked at in its place.
   */
  readonly resource: "gatewayOnly" | "bound" | "ignored" | "refused" | "audienceParameter";
  readonly refreshTokens: {
    readonly given: "offlineAccess" | "always" | "accessTypeOffline";
    /**
     * `rotated`: each renewal spends one and gives the next. `graced`: the spent one works for a while longer.
     * `renewed`: it stays good beside the next. `kept`: it stays good and renewals give none.
     */
    readonly renewal: "rotated" | "graced" | "renewed" | "kept";
  };
  readonly revocation: {
    /** What the endpoint does with an access token. */
    readonly accessTokens: "revoked" | "unsupported" | "ignored";
    /** Whether the provider holds access tokens to be void when their refresh token was revoked. */
    readonly cascades: boolean;
    /** Whoever has a token may revoke it, without saying which client it is. */
    readonly anyone?: true;
  };
  /** The answer to a registration by somebody the provider does not know, where only its administrators may register. */
  readonly registrationRefusal?: { readonly status: number; readonly body: object };
  /** The claims of an access token beside `iss`, `iat`, `exp`, `jti`; or a token that only the provider can read. */
  readonly accessToken: ((token: TokenFacts) => Claims) | "opaque";
  /** Access tokens are signed with a key that the provider does not publish. */
  readonly unpublishedKey?: true;
  /** How the person is called in `sub`. ID tokens may call them differently. */
  readonly subject: (person: Person, clientId: string, token: "access" | "id") => string;
  /** The claims of an ID token beside `sub`, and the scope each of them needs. */
  readonly idToken: {
    readonly claims: Readonly<Record<string, readonly string[]>>;
    readonly of: (person: Person, clientId: string, addresses: ProfileAddresses) => Claims;
  };
  /** Somebody who has an account and may not use the client. */
  readonly unassigned?: Person & { readonly refusal: Refusal };
  /** The token endpoint's answers in the provider's own words, by OAuth error code. */
  readonly tokenErrors?: Readonly<Record<string, Refusal>>;
  /** The parameter of the logout address that says where to go afterwards, where it is the provider's own. */
  readonly afterLogout?: string;
  /** Another address of the logout page, for people. */
  readonly signOutPage?: string;
  /** The member of the device authorization response with the address to go to, where it is the provider's own. */
  readonly verificationMember?: string;
  /** What the sample's tool that changes something asks for, as the token spells it; none where tokens have no scopes. */
  readonly writeScope?: string;
  /** The gateway's policy, as AWS's guide has it for this provider. */
  readonly policy: (addresses: ProfileAddresses, callers: Callers) => Omit<CustomJwtAuthorizer, "discoveryUrl">;
}
