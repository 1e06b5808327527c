/** Every way to sign in that a policy may name, those of other versions of this program among them. */
export const signInKinds = [
  "browser",
  "deviceCode",
  "enterprise",
  "clientCredentials",
  "workloadIdentity",
  "aws",
] as const;

/** How somebody signs in. */
export type SignInKind = (typeof signInKinds)[number];

/** Where a secret may be read. */
export type CredentialKind = "environment" | "file" | "command";

/** Rules for the tools that agents have. */
export interface PolicyToolRules {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly readOnly?: boolean;
}

/** The rules that hold for all gateways, or for some. */
export interface PolicyRules {
  /** The identity providers at which people may sign in, by patterns. */
  readonly issuers?: readonly string[];
  /** The accounts that may be used. */
  readonly accounts?: readonly string[];
  readonly signIn?: readonly SignInKind[];
  /** What is set, whatever a person has set. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly tools?: PolicyToolRules;
}

export interface PolicyGateway extends PolicyRules {
  /** A pattern. */
  readonly address: string;
  /** What the gateway is called. */
  readonly name?: string;
}

/** The corporate identity provider of Enterprise-Managed Authorization. */
export interface PolicyIdentityProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes?: readonly string[];
}

/** An administrator's file, once it was checked. A rule that is absent is none; an empty list allows nothing. */
export interface PolicyDocument extends PolicyRules {
  readonly version: 1;
  /** Whose rules these are, and whom to ask about them. */
  readonly organisation?: string;
  readonly contact?: string;
  /** The gateways that may be used. The first one whose pattern means an address has its rules. */
  readonly gateways?: readonly PolicyGateway[];
  readonly credentials?: readonly CredentialKind[];
  /** The hosts whose files may have an entry. */
  readonly hosts?: readonly string[];
  /** Whether the editor may be given a gateway's own address and token. */
  readonly directMode?: boolean;
  /** Whether a sign-in of the editor may be in the keychain, where other programs use it. */
  readonly shareSignIn?: boolean;
  readonly enterpriseIdentityProvider?: PolicyIdentityProvider;
}

/** A gateway of the document, with its place. */
export interface PlacedGateway {
  readonly gateway: PolicyGateway;
  readonly index: number;
}
