/** Why rules for tools cannot be used. */
export type RuleFault = "rules" | "unknown" | "patterns" | "yesOrNo" | "seconds";

/** What is set about the tools of agents. */
export interface ToolRuleFacts {
  /** Rules that are set keep it from the agent: `pattern` denies it, with `onlyReads` it does
   * not say that it only reads, else it is on no list of those that are allowed. */
  readonly tool_ruled_out: {
    readonly gateway: string;
    readonly tool: string;
    /** Where the rule is set, as it is called to people. */
    readonly setting: string;
    readonly pattern?: string;
    readonly onlyReads?: true;
  };
  /** The rules for tools, each fault with its place. No tool is called by rules that nobody can read. */
  readonly tool_rules_invalid: { readonly faults: readonly { readonly place: string; readonly fault: RuleFault }[] };
  /** A call took longer than `setting` lets it, and was cancelled. */
  readonly call_timed_out: { readonly tool: string; readonly seconds: number; readonly setting: string };
}
