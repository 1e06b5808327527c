/**
 * The token that a platform gives to a workload, and what an authorization server makes of it. `source` is where it comes
 * from, in words; the token itself is in none of them. Its issuer, subject and audience are what an administrator has to
 * know to trust it.
 */
export interface WorkloadFacts {
  /** What the platform sets for its workloads is not there. */
  readonly workload_platform_missing: { readonly platform: string; readonly missing: readonly string[] };
  /** The platform gives this workload no token. `words` are the platform's. */
  readonly workload_permission_missing: {
    readonly platform: string;
    /** `id-token: write`, `sts:GetWebIdentityToken` or `outbound identity federation`. */
    readonly lacks: string;
    readonly words?: string;
  };
  /** The platform was asked for a token, and gave none. */
  readonly workload_platform_refused: { readonly platform: string; readonly reason: string; readonly words?: string };
  readonly workload_token_unreadable: {
    readonly source: string;
    readonly reason: string;
    /** For a token that Kubernetes would put there: for whom it has to be. */
    readonly projectedFor?: string;
  };
  readonly workload_token_invalid: { readonly source: string; readonly reason: string };
  /** `ended` is a time after ISO 8601. */
  readonly workload_token_expired: { readonly source: string; readonly ended: string };
  readonly workload_audience_mismatch: {
    readonly source: string;
    readonly expected: string;
    readonly found: readonly string[];
  };
  readonly workload_refused: {
    readonly issuer: string;
    readonly status: number;
    /** As in `RefusalFacts`. */
    readonly error: string;
    readonly providerCode?: string;
    readonly words?: string;
    /** Who issued the workload's token, to whom, and for whom. */
    readonly from: string;
    readonly subject: string;
    readonly audience: string;
  };
}
