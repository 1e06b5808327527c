import type { Translate } from "../../failures/translate.ts";
import type { KeptBack } from "../toolRules/keptBack.ts";

/** Why agents are not shown a tool: in a few words beside its name, and as a sentence. */
export function keptBackText(kept: KeptBack, say: Translate): { readonly short: string; readonly sentence: string } {
  switch (kept.kind) {
    case "hidden":
      return { short: say("hidden from the agent"), sentence: say("Agents are not shown it. You can run it.") };
    case "denied":
      return {
        short: say("hidden from the agent: denied"),
        sentence: say("Agents are not shown it: {0} denies it with {1}. You can run it.", kept.place, kept.pattern),
      };
    case "notAllowed":
      return {
        short: say("hidden from the agent: not allowed"),
        sentence: say("Agents are not shown it: {0} does not list it. You can run it.", kept.place),
      };
    case "notReadOnly":
      return {
        short: say("hidden from the agent: not read-only"),
        sentence: say(
          "Agents are not shown it: {0} leaves only tools that say of themselves that they only read. You can run it.",
          kept.place,
        ),
      };
    case "unreadable":
      return {
        short: say("hidden from the agent: rules to correct"),
        sentence: say("Agents are shown no tool, since {0} cannot be used. You can run it.", kept.place),
      };
  }
}
