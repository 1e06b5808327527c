import type { Rule } from "../agentcore/authorizer/finding.ts";

/** `unknown` is what cannot be told from here; a `note` is worth knowing and hinders nobody. */
export type CheckState = "passed" | "failed" | "note" | "unknown";

/** One thing that was looked at. All of it may be shown: no part of it is a secret. */
export interface AccessCheck {
  readonly what: string;
  readonly state: CheckState;
  readonly expected?: string;
  readonly found?: string;
  /** What a token says, claim by claim. One without a value is of a person: its name alone is told. */
  readonly claims?: readonly { readonly name: string; readonly value?: string }[];
  /** What to change and where, in the words of whoever has to be asked. */
  readonly fix?: string;
  /** JSON for the gateway's `customJWTAuthorizer` that would take this token as it is. */
  readonly paste?: string;
  /** The gateway's rule behind it. */
  readonly rule?: Rule;
}

/** Where a check belongs, in the order of the way to a tool. */
export type AccessSectionId = "gateway" | "provider" | "clock" | "signIn" | "token" | "rules" | "answer";

export interface AccessSection {
  readonly id: AccessSectionId;
  readonly title: string;
  /** What has to be known to read it. */
  readonly about?: string;
  readonly checks: readonly AccessCheck[];
}

/** Why a gateway lets somebody in or does not, from its address to its answer. */
export interface AccessReport {
  readonly gateway: { readonly name: string; readonly url: string };
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Whether the gateway takes the token; undefined where there is none, or no answer. */
  readonly letIn: boolean | undefined;
  /** The first thing to mend, in a sentence. */
  readonly outcome: string;
  readonly sections: readonly AccessSection[];
}
