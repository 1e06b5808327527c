import type { FailureOf } from "./failure.ts";
import type { RuleFault, ToolRuleFacts } from "./toolRuleFacts.ts";
import type { Translate } from "./translate.ts";
import type { FailureText } from "./wording.ts";

/** Words for what is set about the tools of agents. */
export function toolRuleText(failure: FailureOf<ToolRuleFacts>, say: Translate): FailureText {
  switch (failure.code) {
    case "tool_ruled_out":
      return {
        title: say("{0} is kept from agents by a rule.", failure.facts.tool),
        detail: say("{0} Nothing was run at {1}.", ruleSentence(failure.facts, say), failure.facts.gateway),
        nextStep: say(
          "Use another tool, or ask the person to run it. They can change the rule there, unless somebody else set it for them.",
        ),
      };
    case "tool_rules_invalid":
      return {
        title: say("The rules for tools cannot be used."),
        detail: failure.facts.faults
          .map(({ place, fault }) => say("{0}: {1}", place, faultSentence(fault, say)))
          .join(" "),
        nextStep: say("Correct them there. Until then agents have no tools of the gateway, and nothing was run."),
      };
    case "call_timed_out":
      return {
        title: say("{0} took longer than {1} seconds.", failure.facts.tool, failure.facts.seconds),
        detail: say(
          "{0} lets a call take no longer. It was cancelled at the gateway, and may have taken effect.",
          failure.facts.setting,
        ),
        nextStep: say(
          "Check what the call was to change before it is tried again, or set a higher limit where that one is set.",
        ),
      };
  }
}

/** Which rule keeps a tool back, as one sentence. */
function ruleSentence({ setting, pattern, onlyReads }: ToolRuleFacts["tool_ruled_out"], say: Translate): string {
  if (pattern !== undefined) return say("{0} denies it with {1}.", setting, pattern);
  return onlyReads
    ? say("{0} leaves only tools that say of themselves that they only read.", setting)
    : say("{0} does not list it.", setting);
}

function faultSentence(fault: RuleFault, say: Translate): string {
  switch (fault) {
    case "rules":
      return say("Expected an object with allow, deny and readOnly.");
    case "unknown":
      return say("There is no such rule: there are allow, deny and readOnly.");
    case "patterns":
      return say("Expected a list of names of tools, in which * stands for anything.");
    case "yesOrNo":
      return say("Expected true or false.");
    case "seconds":
      return say("Expected whole seconds from 1 to 86400, or an object with them for the names of tools.");
  }
}
