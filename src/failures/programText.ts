import type { FailureOf, ProgramFacts } from "./failure.ts";
import { headerFaults } from "./headerFaults.ts";
import type { Translate } from "./translate.ts";
import type { FailureText } from "./wording.ts";

/** Words for parts of this program, its files and its settings. */
export function programText(failure: FailureOf<ProgramFacts>, say: Translate): FailureText {
  switch (failure.code) {
    case "part_not_loaded":
      return {
        title: say("Gateway Connect is not complete."),
        detail: say(
          "Expected the file {0} beside the extension. It cannot be loaded: {1}.",
          failure.facts.file,
          failure.facts.reason,
        ),
        nextStep: say("Install the extension again, and reload the window."),
      };
    case "relay_not_started":
      return {
        title: say("The relay between the editor and your gateways did not start."),
        detail: say("Expected to listen at {0}: {1}.", failure.facts.path, failure.facts.reason),
        nextStep: say('Reload the window. If it stays, run "Gateway Connect: Copy Diagnostics" and report it.'),
      };
    case "sandbox_not_started":
      return {
        title: say("The sandbox gateway did not start."),
        detail: say("{0}", failure.facts.reason),
        nextStep: say('See "Gateway Connect: Show Log" and try again.'),
      };
    case "local_gateway_not_started":
      return {
        title: say("The local gateway did not start."),
        detail: say("{0}: {1}.", failure.facts.file, failure.facts.reason.replace(/\.$/, "")),
        nextStep: say("Fix the faults listed for its file, and start it again."),
      };
    case "file_damaged":
      return {
        title: say("A file of Gateway Connect is damaged."),
        detail: say(
          "Expected JSON in {0}. It cannot be read: {1}. It was left as it is.",
          failure.facts.path,
          failure.facts.reason,
        ),
        nextStep: say("Correct the file, or move it away to start afresh, and reload the window."),
      };
    case "file_not_written":
      return {
        title: say("A file of Gateway Connect cannot be written."),
        detail: say("{0}: {1}. It was left as it is.", failure.facts.path, failure.facts.reason),
        nextStep: say("Make room on the disk, or let this user write there, and try again."),
      };
    case "editor_settings_unusable":
      return {
        title: say("What you set for this gateway in the editor is not known here."),
        detail: say(
          "Expected the settings that a window of the editor left in {0}. {1} Nothing was started, since tools that you deny might be reached.",
          failure.facts.path,
          whyUnusable(failure.facts.fault, say),
        ),
        nextStep: say("Open the editor once, so that it writes them again. Then start this server again."),
      };
    case "setting_not_written":
      return {
        title: say("The setting {0} cannot be written.", failure.facts.setting),
        detail: say("The editor says: {0}", failure.facts.reason),
        nextStep: say(
          "Save settings.json, or correct what the editor marks in it, and try again. Nothing was changed.",
        ),
      };
    case "setting_invalid":
      return {
        title: say("The setting {0} has a value that cannot be used.", failure.facts.setting),
        detail: say("Found {0}.", failure.facts.found),
        nextStep: say("Correct it in the settings. Nothing else was changed."),
      };
    case "headers_invalid":
      return {
        title: say("Headers that are set for a gateway cannot be sent."),
        detail: headerFaults(failure.facts.faults, say),
        nextStep: say('Correct "headers" for this gateway in gatewayConnect.gateways. Nothing was sent.'),
      };
    case "header_unreadable":
      return {
        title: say("The header {0} cannot be read.", failure.facts.header),
        detail: say("Looked at {0}: {1}. Nothing was sent.", failure.facts.source, failure.facts.reason),
        nextStep: say(
          'Correct it there, or under "headers" for this gateway in gatewayConnect.gateways, and try again.',
        ),
      };
    case "unexpected":
      return {
        title: say("Something went wrong that was not foreseen."),
        detail: say("{0}", failure.facts.reason),
        nextStep: say('Run "Gateway Connect: Copy Diagnostics" and report it.'),
      };
  }
}

function whyUnusable({ kind }: ProgramFacts["editor_settings_unusable"]["fault"], say: Translate): string {
  switch (kind) {
    case "missing":
      return say("The file is not there.");
    case "damaged":
      return say("The file is damaged.");
    case "newer":
      return say("A newer version of Gateway Connect wrote the file.");
    case "unknown":
      return say("This gateway is not in the file.");
    case "foreign":
      return say("The file is a link, or somebody else than you can write it.");
  }
}
