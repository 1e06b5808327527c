/** What somebody chooses from in their AWS account. `permission` is the action as policies name it. */
export interface AwsListFacts {
  /** AWS asks to be left alone for a while, and was waited for already. `words` are AWS's own, here and below. */
  readonly aws_throttled: {
    readonly permission: string;
    readonly region: string;
    readonly waitedSeconds: number;
    readonly words?: string;
  };
  /** AWS's access management lets these credentials list nothing. `who` is whose they are, as AWS says. */
  readonly aws_listing_denied: {
    readonly permission: string;
    readonly region: string;
    readonly resource?: string;
    readonly who?: string;
  };
  readonly aws_api_refused: {
    readonly url: string;
    readonly permission: string;
    readonly status: number;
    readonly words?: string;
  };
  readonly aws_answer_invalid: { readonly url: string; readonly problem: string };
  readonly aws_endpoint_unreachable: { readonly url: string; readonly region: string; readonly reason: string };
  /** `source` is the variable, or the member of AWS's files. */
  readonly aws_endpoint_invalid: { readonly source: string; readonly found: string };
  /** There is nothing to choose from. */
  readonly aws_nothing_listed: {
    readonly permission: string;
    readonly region: string;
    /** Whose credentials asked, or in which registry was looked. */
    readonly where: string;
  };
  /** A gateway that takes no requests. `reasons` are AWS's own words. */
  readonly gateway_not_ready: { readonly name: string; readonly status: string; readonly reasons: readonly string[] };
  /** What was chosen is there, and no MCP server. `found` is what it is. */
  readonly choice_not_mcp: { readonly name: string; readonly found: string };
}
