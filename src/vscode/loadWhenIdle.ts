import type { Disposable } from "vscode";
import { asFailure } from "../failures/failure.ts";
import type { Log } from "../lib/log.ts";

/** How long after the start of a window the editor counts as idle, in milliseconds. */
const idleAfterMs = 5_000;

/**
 * Loads bundles once the editor is idle, where somebody has a connection, so that the window's first request and renewal
 * need not wait for them. Without a connection nothing is ever loaded.
 *
 * @param bundles what loads each
 * @param isNeeded whether somebody has a connection by then
 */
export function loadWhenIdle(
  bundles: readonly (() => Promise<unknown>)[],
  { isNeeded, log }: { readonly isNeeded: () => boolean; readonly log: Log },
): Disposable {
  const idle = setTimeout(async () => {
    if (!isNeeded()) return;
    for (const load of bundles) {
      await load().catch((error: unknown) =>
        log.warn("a part of the extension could not be loaded ahead", { code: asFailure(error).code }),
      );
    }
  }, idleAfterMs);
  idle.unref();
  return { dispose: () => clearTimeout(idle) };
}
