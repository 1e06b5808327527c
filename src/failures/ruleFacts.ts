/** What a gateway refuses by rules that are not about who is signed in. */
export interface RuleFacts {
  /** Too many requests; `words` are the gateway's own. */
  readonly rate_limited: {
    readonly url: string;
    readonly status: number;
    /** The limit that was reached, as the gateway calls it. */
    readonly limit?: string;
    readonly words?: string;
    /** How long it asks to be left alone. */
    readonly retryAfterSeconds?: number;
  };
  /** The gateway takes requests that AWS credentials sign (SigV4), and no tokens. */
  readonly aws_signature_needed: { readonly url: string; readonly words?: string };
  /** AWS's access management refuses; `permission` is the action as policies name it. */
  readonly aws_permission_missing: { readonly url: string; readonly permission: string; readonly resource?: string };
  /** The policies of a gateway changed, and it takes no requests in a new policy session either. */
  readonly policy_session_refused: { readonly gateway: string };
  /** A policy engine of the gateway denied a call. `words` are its own. */
  readonly policy_denied: {
    readonly url: string;
    /** The policy that forbids it, or several with commas between. */
    readonly policy?: string;
    /** None forbids it, and none permits it either. */
    readonly permittedByNone?: true;
    readonly words?: string;
  };
  /** A target acts for a person at somebody else's service once they agreed at this page. `words` are the gateway's own. */
  readonly consent_needed: {
    readonly gateway: string;
    readonly target: string;
    readonly url: string;
    /** The consent portal of the gateway's people. */
    readonly portal?: string;
    readonly words?: string;
  };
  /** A call could not wait any longer for a person who is asked. */
  readonly consent_waiting: { readonly gateway: string };
  /** The person was shown the page and gave it up. */
  readonly consent_declined: { readonly gateway: string; readonly target: string };
  /** The gateway asks for the consent again that was just given. */
  readonly consent_not_kept: { readonly gateway: string; readonly target: string; readonly url: string };
}
