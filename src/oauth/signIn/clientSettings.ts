import type { IdentityProviderId } from "../identityProviders/identityProviderIds.ts";
import type { CredentialSource } from "../tokens/clientCredential.ts";
import type { ClientAuthMethod } from "../tokens/clientIdentity.ts";

/** What may be configured about the OAuth client that signs in at one gateway. */
export interface ClientSettings {
  readonly clientId?: string;
  /** The address of a client ID metadata document that the company publishes. */
  readonly clientMetadataUrl?: string;
  /** The product behind the issuer, where its metadata does not tell. */
  readonly identityProvider?: IdentityProviderId;
  /** How the client proves who it is, where it has a secret or a key. */
  readonly clientAuthentication?: ClientAuthMethod;
  /** Where the client's secret is read; without it, it is what a person typed, or there is none. */
  readonly clientSecret?: CredentialSource;
  /** The same for its private key. */
  readonly privateKey?: CredentialSource;
  /** The `kid` of the private key; for Entra the SHA-256 thumbprint of its certificate, in base64url. */
  readonly keyId?: string;
}
