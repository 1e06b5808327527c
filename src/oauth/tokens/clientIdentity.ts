import type { IdentityProvider } from "../identityProviders/identityProvider.ts";
import type { CredentialSource } from "./clientCredential.ts";

/** How a client identifies itself at the token endpoint (RFC 6749, 2.3; RFC 7523, 2.2). */
export interface ClientIdentity {
  readonly clientId: string;
  readonly authMethod: ClientAuthMethod;
  /** The secret of a client that registered itself, which nobody else keeps. */
  readonly clientSecret?: string;
  /** Where the secret or the private key of any other client is read when it is used. */
  readonly credential?: CredentialSource;
  /** How an assertion is written that a private key signs. */
  readonly assertion?: Assertion;
}

/** Whoever asks for tokens as no client: a workload is known by the token of its platform (RFC 7521, 4.1). */
export const nobody: ClientIdentity = { clientId: "", authMethod: "none" };

export const isNobody = ({ clientId }: ClientIdentity): boolean => clientId === nobody.clientId;

/** By their names in OAuth's registry (RFC 7591, 2; OpenID Connect Core, 9). */
export type ClientAuthMethod = "none" | "client_secret_basic" | "client_secret_post" | "private_key_jwt";

export interface Assertion {
  readonly keyId?: string;
  readonly keyHeader?: IdentityProvider["keyHeader"];
  readonly audience?: IdentityProvider["assertionAudience"];
  readonly algorithm?: IdentityProvider["assertionAlgorithm"];
}
