import type { RefusalFacts } from "./refusalFacts.ts";

/** What goes wrong where a company's identity provider lets its people into gateways, and on whose side. */
export interface EnterpriseFacts {
  /** A gateway is to be entered by way of the company, and nothing says which identity provider the company has. */
  readonly enterprise_provider_missing: { readonly gateway: string };
  /** The first step: the company's identity provider issues no assertion for this gateway. */
  readonly enterprise_policy_refused: StepRefusal & {
    readonly issuer: string;
    /** The issuer of the gateway's authorization server. */
    readonly audience: string;
  };
  /** The second step: the gateway's authorization server gives no token for the assertion. */
  readonly identity_assertion_refused: StepRefusal & {
    readonly issuer: string;
    /** The issuer of the company's identity provider. */
    readonly identityProvider: string;
  };
  /** What the company's identity provider issued is not what was asked for. `part` is the claim or member at fault. */
  readonly identity_assertion_invalid: {
    readonly issuer: string;
    readonly part: string;
    readonly expected: string;
    readonly found: string;
  };
  /** An ID token that is given to us, and that the identity provider would not take from us. */
  readonly given_id_token_unusable: {
    readonly source: string;
    readonly issuer: string;
    readonly problem: "unreadable" | "form" | "issuer" | "client" | "expired";
    readonly found: string;
  };
}

/** Who was refused, and what it asked for. */
interface StepRefusal extends RefusalFacts {
  readonly status: number;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** The client proved itself with a secret or a key. */
  readonly withSecret?: true;
  /** How long it asks to be left alone. */
  readonly retryAfterSeconds?: number;
}
