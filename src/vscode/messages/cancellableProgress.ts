import * as vscode from "vscode";
import { untilCancelled } from "../untilCancelled.ts";

/** A notification with progress and a Cancel button. */
export async function withCancellableProgress<T>(
  title: string,
  act: (signal: AbortSignal, report: (message: string) => void) => Promise<T>,
): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, (progress, token) =>
    untilCancelled(token, (signal) => act(signal, (message) => progress.report({ message }))),
  );
}
