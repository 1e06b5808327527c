import * as vscode from "vscode";
import { foreignText } from "../../lib/foreignText.ts";
import { translate } from "../translate.ts";
import type { Answer } from "./box.ts";

/**
 * Asks whose AWS credentials sign the requests to a gateway that takes no tokens.
 *
 * @param url the gateway's address
 * @returns the name of a profile, or an empty text for what AWS's own tools take by default
 */
export async function askAwsProfile(url: string, profiles: readonly string[]): Promise<Answer> {
  const byDefault = {
    label: `$(key) ${translate("What the AWS CLI takes by default")}`,
    description: translate("the environment, or the default profile"),
    profile: "",
  };
  const named = profiles.map((profile) => ({ label: `$(account) ${foreignText(profile)}`, description: "", profile }));
  const chosen = await vscode.window.showQuickPick([...named, byDefault], {
    title: translate("Sign in to {0} with AWS credentials", foreignText(new URL(url).host)),
    placeHolder: translate("It takes requests that AWS credentials sign. Whose?"),
    ignoreFocusOut: true,
  });
  return chosen ? { kind: "answered", text: chosen.profile } : { kind: "cancelled" };
}
