import { type HeaderFault, LONGEST_HEADER_VALUE, MOST_HEADERS } from "../lib/settableHeaders.ts";
import type { Translate } from "./translate.ts";

/** The faults of headers that are set, each with its place, in one paragraph. */
export const headerFaults = (
  faults: readonly { readonly place: string; readonly fault: HeaderFault }[],
  say: Translate,
): string => faults.map(({ place, fault }) => say("{0}: {1}", place, headerFault(fault, say))).join(" ");

/** Why a header cannot be set, as one sentence. */
function headerFault(fault: HeaderFault, say: Translate): string {
  switch (fault) {
    case "form":
      return say("Expected a text, or one place where it is read: an environment variable, a file or a command.");
    case "name":
      return say("It is no name of a header.");
    case "protocol":
      return say("HTTP and MCP set it themselves.");
    case "signIn":
      return say("The token of the sign-in has this place, and no other is sent beside it.");
    case "aws":
      return say("AWS's own headers cannot be set.");
    case "policySession":
      return say('It is sent where "policySession" is set.');
    case "secret":
      return say(
        "It looks like a secret, which does not belong here: name an environment variable, a file or a command that has it.",
      );
    case "characters":
      return say("Line breaks, control characters and characters beyond Latin-1 cannot be sent.");
    case "empty":
      return say("It is empty.");
    case "tooLong":
      return say("It is longer than {0} characters.", LONGEST_HEADER_VALUE);
    case "twice":
      return say("It is there twice: capital letters make no difference.");
    case "tooMany":
      return say("There are more than {0} headers.", MOST_HEADERS);
  }
}
