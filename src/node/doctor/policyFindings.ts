import type { PolicyDistrust, PolicyState } from "../../policy/policy.ts";
import { type Finding, note, ok, problem } from "./finding.ts";

const what = "Administrator's file";

const distrusted: Readonly<Record<PolicyDistrust, string>> = {
  owner: "it does not belong to root",
  writable: "others than root may write it",
  folderOwner: "its folder does not belong to root",
  folderWritable: "others than root may write into its folder",
  link: "it is a link",
};

/** Whether an administrator has written rules for this machine, and whether they hold. */
export function policyFindings(state: PolicyState): readonly Finding[] {
  switch (state.kind) {
    case "none":
      return [ok(what, "none on this machine")];
    case "read": {
      const { file, organisation, contact } = state;
      const whose = organisation === undefined ? "" : `, of ${organisation}`;
      return [ok(what, `${file}${whose}, holds${contact === undefined ? "" : `; ask ${contact}`}`)];
    }
    case "broken": {
      const places = state.faults.map(({ line, column }) => `line ${line}, column ${column}`).join("; ");
      const next = "Ask your administrator to correct it: gateway-connect policy check says what is wrong.";
      return [
        problem(what, `${state.file} cannot be read as rules (${places}): no new gateway or sign-in is allowed`, next),
      ];
    }
    case "ignored": {
      const next = "Ask your administrator: the file has to be theirs alone, or counts for nothing.";
      return [note(what, `${state.file} is ignored, since ${distrusted[state.reason]}`, next)];
    }
  }
}
