/** What the policies said of a call, for the audit and the figures: names, and nothing of arguments or claims. */
export interface PolicyRecord {
  readonly mode: "LOG_ONLY" | "ENFORCE";
  readonly decision: "allow" | "deny";
  /** The names of the policies that decided; none where no permit matched. */
  readonly policies: readonly string[];
  /** The names of the LOG_ONLY policies that the call meets. */
  readonly logOnly?: readonly string[];
  /** The names of the policies that Cedar left out for a fault at run time. */
  readonly skipped?: readonly string[];
  /** Whether the arguments do not fit the tool's schema, so that no policy could be asked. */
  readonly misfit?: true;
}
