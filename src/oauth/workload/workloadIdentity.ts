import type { PlacedCredential } from "../tokens/clientCredential.ts";

/** The platforms that are asked for a token in a way of their own. */
export const workloadPlatforms = ["github-actions", "kubernetes", "aws"] as const;

/**
 * How the token of a platform is presented: as the grant itself (RFC 7523, 2.1), as the token that is exchanged for another
 * (RFC 8693, 2.1), or as what proves who the client is (RFC 7523, 2.2), which is what Microsoft Entra ID takes.
 */
export const workloadGrants = ["jwt-bearer", "token-exchange", "client-assertion"] as const;

export type WorkloadGrantName = (typeof workloadGrants)[number];

/** Where the token of a workload comes from. Of no source anything is kept: it is asked again for each token. */
export type WorkloadSource =
  | { readonly kind: "github-actions" }
  | { readonly kind: "kubernetes" }
  /** The credentials of a profile, or of the environment; the region is that of the environment where it is not named. */
  | { readonly kind: "aws"; readonly profile?: string; readonly region?: string }
  | PlacedCredential;

/** How a workload signs in: with a token that its platform gives it, and with no secret of its own. */
export interface WorkloadIdentity {
  readonly source: WorkloadSource;
  /** For whom the token is: `issuer` (the authorization server's), `token-endpoint`, or whatever else the server wants. */
  readonly audience: string;
  readonly grant: WorkloadGrantName;
}

/** What a workload asks for again when its token ends. */
export interface WorkloadGrant {
  readonly identity: WorkloadIdentity;
  /** Scope, resource and the like. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Where Kubernetes puts the token, by the manifest in docs/workloads.md. */
export const PROJECTED_TOKEN = "/var/run/secrets/gateway-connect/token";
