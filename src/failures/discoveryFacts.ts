/** Where to sign in, and as which client. */
export interface DiscoveryFacts {
  readonly resource_metadata_missing: { readonly url: string; readonly tried: readonly string[] };
  readonly resource_mismatch: { readonly metadataUrl: string; readonly expected: string; readonly found: string };
  readonly authorization_server_missing: { readonly metadataUrl: string };
  /** Its metadata or its registration is answered with 5xx, or 429. `url` is what was asked. */
  readonly authorization_server_down: {
    readonly issuer: string;
    readonly url: string;
    readonly status: number;
    /** The provider's own. */
    readonly words?: string;
    readonly retryAfterSeconds?: number;
  };
  readonly authorization_server_unreachable: { readonly issuer: string; readonly tried: readonly string[] };
  /** A gateway names another issuer than the one that its sign-ins are of. */
  readonly issuer_changed: { readonly gateway: string; readonly expected: string; readonly found: string };
  readonly issuer_mismatch: {
    readonly metadataUrl: string;
    readonly expected: string;
    readonly found: string;
    /** The other one is the same tenant's of Microsoft Entra External ID, which a person may set. */
    readonly externalId?: boolean;
  };
  readonly endpoint_insecure: { readonly name: string; readonly url: string };
  /** An address of this machine, or one that is link-local, that somebody elsewhere names as an issuer or its endpoint. */
  readonly named_place_refused: {
    readonly namedBy: string;
    readonly name: string;
    readonly url: string;
    readonly place: { readonly kind: "loopback" | "linkLocal" };
  };
  /** A private network that somebody outside names, and that nobody here has agreed to. */
  readonly private_issuer_unconfirmed: { readonly namedBy: string; readonly issuer: string; readonly url: string };
  readonly endpoint_missing: { readonly issuer: string; readonly name: string };
  readonly pkce_unsupported: { readonly issuer: string; readonly found: readonly string[] };
  readonly client_id_needed: { readonly issuer: string; readonly redirectUri: string };
  readonly registration_refused: {
    readonly issuer: string;
    readonly status: number;
    readonly error: string;
    /** The provider's own. */
    readonly words?: string;
  };
}
