/** Credentials of AWS, and the signatures made with them. `source` is where they come from, in words, and never a key. */
export interface AwsFacts {
  /** The sign-in of AWS's own tools has run out. `command` is what renews it. */
  readonly aws_login_needed: { readonly source: string; readonly command: string };
  readonly aws_profile_missing: { readonly profile: string; readonly found: readonly string[] };
  readonly aws_credentials_missing: { readonly tried: readonly string[] };
  readonly aws_credentials_unreadable: { readonly source: string; readonly reason: string };
  readonly aws_credentials_expired: { readonly source: string };
  /** AWS does not know the key. `words` are AWS's own, here and below. */
  readonly aws_credentials_refused: { readonly url: string; readonly source: string; readonly words?: string };
  /** By how many minutes the clock of this computer is ahead of the server's, or behind it. */
  readonly aws_clock_skewed: {
    readonly url: string;
    readonly minutesAhead?: number;
    readonly minutesBehind?: number;
    readonly words?: string;
  };
  readonly aws_signature_mismatch: {
    readonly url: string;
    readonly service: string;
    readonly region: string;
    readonly words?: string;
  };
  /** The gateway takes tokens by now, and no signatures. */
  readonly aws_token_needed: { readonly url: string };
  /** The address does not say for which region its requests are signed. */
  readonly aws_region_needed: { readonly url: string };
}
