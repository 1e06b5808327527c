import * as vscode from "vscode";
import { isExplainable } from "../../diagnosis/explainable.ts";
import type { AnyFailure } from "../../failures/failure.ts";
import type { FailureText } from "../../failures/wording.ts";

/** What a person does about an attempt that failed. */
export type NextStep = "again" | "address" | "explain" | "signIn" | undefined;

interface Choice extends vscode.QuickPickItem {
  readonly next: NextStep | "details";
}

const say = vscode.l10n.t;

/** Shows what failed where the person is, with what they can do about it. Nothing leaves by itself. */
export async function askAfterFailure(
  title: string,
  failure: AnyFailure,
  { title: what, detail, nextStep }: FailureText,
): Promise<NextStep> {
  const isKnown = failure.code === "already_connected";
  const again: Choice = { label: `$(refresh) ${say("Try Again")}`, detail: nextStep, next: "again" };
  const signIn: Choice = { label: `$(sign-in) ${say("Sign In")}`, detail: nextStep, next: "signIn" };
  const explain: Choice = {
    label: `$(search) ${say("Explain Access")}`,
    detail: say("A page with everything on the way from the address to the answer"),
    next: "explain",
  };
  const items: Choice[] = [
    isKnown ? signIn : again,
    { label: `$(arrow-left) ${say("Change the Address…")}`, next: "address" },
    ...(isExplainable(failure) ? [explain] : []),
    { label: `$(info) ${say("Details")}`, detail, next: "details" },
  ];
  for (;;) {
    const chosen = await vscode.window.showQuickPick(items, {
      title: `${title}: ${what}`,
      placeHolder: detail,
      ignoreFocusOut: true,
    });
    if (chosen?.next !== "details") return chosen?.next;
    await showDetails(failure, { title: what, detail, nextStep });
  }
}

/** All that is known of a failure, to read in peace and to send to whoever is asked for help. */
export async function showDetails({ code }: AnyFailure, { title, detail, nextStep }: FailureText): Promise<void> {
  const copy = say("Copy");
  const text = `${detail}\n\n${nextStep}\n\n(${code})`;
  const chosen = await vscode.window.showErrorMessage(title, { modal: true, detail: text }, copy);
  if (chosen === copy) await vscode.env.clipboard.writeText(`${title}\n${text}`);
}
