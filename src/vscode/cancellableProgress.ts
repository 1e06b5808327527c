import * as vscode from "vscode";

/** A notification with progress and a Cancel button. */
export async function withCancellableProgress<T>(
  title: string,
  act: (signal: AbortSignal, report: (message: string) => void) => Promise<T>,
): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const ended = new AbortController();
    token.onCancellationRequested(() => ended.abort());
    return act(ended.signal, (message) => progress.report({ message }));
  });
}
