import type { CustomJwtAuthorizer } from "../../agentcore/authorizer/authorizerConfiguration.ts";
import type { Claims } from "../../agentcore/authorizer/claimRules.ts";
import type { Person } from "../identity/people.ts";

/** Whose tokens the gateway's rules are for. Providers issue different tokens for people and for machines. */
export type Callers = "people" | "machines";

/** The addresses of a running sandbox, which metadata, claims and policy contain. */
export interface ProfileAddresses {
  /** Where the identity provider listens, without a path. */
  readonly origin: string;
  readonly issuer: string;
  readonly gatewayUrl: string;
}

/** The facts from which a profile writes the claims of an access token. */
export interface TokenFacts extends ProfileAddresses {
  readonly clientId: string;
  /** Undefined in the token of a machine. */
  readonly person: Person | undefined;
  /** The granted scopes, as the request spelled them. */
  readonly scopes: readonly string[];
  /** The `resource` of the request (RFC 8707), when the provider honours it. */
  readonly resource: string | undefined;
}

/** An error answer in the provider's own words. */
export interface Refusal {
  readonly error: string;
  readonly description: string;
  /** The person sees it on a page, and the client is not told. */
  readonly onPage?: true;
}

export interface ProfileRoutes {
  readonly authorization: string;
  readonly token: string;
  readonly jwks: string;
  readonly end_session: string;
  /** Absent when tokens cannot be revoked. */
  readonly revocation?: string;
  /** Absent when clients cannot register themselves. */
  readonly registration?: string;
  /** Absent when there are no device codes. */
  readonly device_authorization?: string;
  readonly code_verification?: string;
}

/** How an identity provider differs from others: facts from its documentation or its users. */
export interface SandboxProfile {
  /** What follows the address in the issuer: a path, a lone slash, or nothing. */
  readonly issuerPath: string;
  /** The host name of the endpoints, when it differs from the issuer's. */
  readonly endpointHost?: "localhost";
  readonly routes: ProfileRoutes;
  readonly metadata: {
    /** The paths of the documents. */
    readonly paths: readonly string[];
    /** Members that the provider omits. */
    readonly without: readonly string[];
    /** Members that the provider adds, or that it has in another form. */
    readonly with?: (addresses: ProfileAddresses) => Readonly<Record<string, unknown>>;
  };
  readonly clients: {
    /** The public client of the editor. */
    readonly app: string;
    /** The token endpoint requires its secret, although a program on a person's computer cannot keep one. */
    readonly appNeedsSecret?: true;
    /** A client for access without a person. Absent when the provider has no such grant. */
    readonly machine?: string;
    /** Another one, with a key (RFC 7523) instead of a secret. Absent when the provider has no such clients. */
    readonly keyMachine?: string;
  };
  /** It binds tokens to a key where it is asked to, and says so (DPoP, RFC 9449). */
  readonly bindsTokens?: true;
  /** Whether the port of a loopback redirect has to be registered. */
  readonly redirect: "exact" | "anyPort";
  /** The page's text about a redirect URI that is not registered. */
  readonly redirectRefusal?: string;
  /** Whether the authorization response names the issuer (RFC 9207). */
  readonly namesIssuer: boolean;
  readonly scopes: {
    /** Scopes about the person, which the metadata lists. */
    readonly identity: readonly string[];
    /** Scopes of the API, as clients request them. */
    readonly api: readonly string[];
    /** Whether the metadata lists the API's scopes too. */
    readonly listed: boolean;
    /** The refusal of a request's scopes, if any. Without it, unknown scopes are dropped. */
    readonly refuse?: (asked: readonly string[], callers: Callers) => Refusal | undefined;
  };
  /**
   * How `resource` (RFC 8707) is treated: it has to be the gateway, becomes the audience whatever it is, is ignored, or
   * is refused; or the provider reads a parameter `audience` instead.
   */
  readonly resource: "gatewayOnly" | "bound" | "ignored" | "refused" | "audienceParameter";
  readonly refreshTokens: {
    readonly given: "offlineAccess" | "always" | "accessTypeOffline";
    /**
     * `rotated`: each renewal spends one and returns the next. `graced`: the spent one still works for a while.
     * `renewed`: it stays valid beside the next. `kept`: it stays valid and renewals return none.
     */
    readonly renewal: "rotated" | "graced" | "renewed" | "kept";
  };
  readonly revocation: {
    /** What the endpoint does with an access token. */
    readonly accessTokens: "revoked" | "unsupported" | "ignored";
    /** Whether revoking a refresh token also revokes its access tokens. */
    readonly cascades: boolean;
    /** Anyone who has a token may revoke it, without naming the client. */
    readonly anyone?: true;
  };
  /** The answer to a client that tries to register, when only administrators may register clients. */
  readonly registrationRefusal?: { readonly status: number; readonly body: object };
  /**
   * The claims of an access token beside `iss`, `iat`, `exp` and `jti`; `opaque` when only the provider can read it.
   */
  readonly accessToken: ((token: TokenFacts) => Claims) | "opaque";
  /** The provider does not publish the key that signs access tokens. */
  readonly unpublishedKey?: true;
  /** The value of `sub` for a person. It may differ in ID tokens. */
  readonly subject: (person: Person, clientId: string, token: "access" | "id") => string;
  /** The claims of an ID token beside `sub`, and the scope each of them needs. */
  readonly idToken: {
    readonly claims: Readonly<Record<string, readonly string[]>>;
    readonly of: (person: Person, clientId: string, addresses: ProfileAddresses) => Claims;
  };
  /** A person with an account who may not use the client. */
  readonly unassigned?: Person & { readonly refusal: Refusal };
  /** The token endpoint's errors in the provider's own words, by OAuth error code. */
  readonly tokenErrors?: Readonly<Record<string, Refusal>>;
  /** The parameter of the logout address that says where to go afterwards, when it is not the standard's. */
  readonly afterLogout?: string;
  /** Another address of the logout page, for people. */
  readonly signOutPage?: string;
  /** The member of the device authorization response with the address to visit, when it is not the standard's. */
  readonly verificationMember?: string;
  /** The scope that the sample's writing tool needs, as tokens spell it. Absent when tokens have no scopes. */
  readonly writeScope?: string;
  /** The gateway's rules, as AWS's guide has them for this provider. */
  readonly policy: (addresses: ProfileAddresses, callers: Callers) => Omit<CustomJwtAuthorizer, "discoveryUrl">;
}
