import type { FailureOf, HostFileFacts } from "./failure.ts";
import type { Translate } from "./translate.ts";
import { type FailureText, list } from "./wording.ts";

const fullDisk: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT"]);

/** Words for the files of other programs, and for the program that their entries start. */
export function hostFileText(failure: FailureOf<HostFileFacts>, say: Translate): FailureText {
  switch (failure.code) {
    case "host_file_invalid":
      return {
        title: say("This file cannot be changed without harm."),
        detail: say(
          "{0}, line {1}, column {2}: {3}. It was left as it is.",
          failure.facts.path,
          failure.facts.line,
          failure.facts.column,
          failure.facts.problem,
        ),
        nextStep: say("Correct the file there and try again."),
      };
    case "host_file_unusable":
      return {
        title: say("This file cannot be read and changed."),
        detail: say("{0}: {1}. It was left as it is.", failure.facts.path, failure.facts.reason),
        nextStep: say("Put a file in its place, or choose another one, and try again."),
      };
    case "host_file_busy":
      return {
        title: say("Another program is using this file."),
        detail: say(
          "{0} was locked, or was different each time it was to be written. It was left as it is.",
          failure.facts.path,
        ),
        nextStep: say("Close the program that uses it, or wait a moment, and try again."),
      };
    case "host_file_protected":
      return {
        title: say("This file cannot be written."),
        detail: say("{0}: {1}. It was left as it is.", failure.facts.path, failure.facts.reason),
        nextStep: fullDisk.has(failure.facts.reason)
          ? say("Make room on the disk, or let this user write there, and try again.")
          : say("Make it writable, or ask whoever manages it to add the entry, and try again."),
      };
    case "host_entry_impossible":
      return {
        title: say("An entry for this path would be misread."),
        detail: say(
          "Expected a path without variables. Found {0}, part of which hosts would replace.",
          failure.facts.path,
        ),
        nextStep: say("Install the editor, or its user data, in a folder with another name."),
      };
    case "runtime_not_found":
      return {
        title: say("No program was found that can run the bridge."),
        detail: say(
          "Expected the editor's own program, or Node 18 or newer. Tried {0}.",
          list(failure.facts.tried, say),
        ),
        nextStep: say("Install Node from your company's software catalogue or nodejs.org, and try again."),
      };
  }
}
