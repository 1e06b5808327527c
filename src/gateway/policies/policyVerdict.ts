import type { Policy } from "./policy.ts";

/** What the policies say about one call. */
export interface PolicyVerdict {
  readonly decision: "allow" | "deny";
  /** The policies that decided: permits of an allowed call, forbids of a denied one, none where no permit matched. */
  readonly policies: readonly Policy[];
  /** Why the policies could not be asked; the call is denied then. */
  readonly problem?: string;
  /** Policies with a fault at run time, an overflow say. Cedar leaves them out of the decision. */
  readonly skipped: readonly { readonly policy: string; readonly problem: string }[];
  /** The LOG_ONLY policies that the call meets. */
  readonly logOnly: readonly Policy[];
}

/** Nothing permits the call. */
export const denied: PolicyVerdict = { decision: "deny", policies: [], skipped: [], logOnly: [] };
