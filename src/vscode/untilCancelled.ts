import type * as vscode from "vscode";

/** Does something with a signal that is aborted when the editor cancels it. */
export async function untilCancelled<T>(
  token: vscode.CancellationToken | undefined,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const listener = token?.onCancellationRequested(() => ended.abort());
  try {
    return await act(ended.signal);
  } finally {
    listener?.dispose();
  }
}
