import { existsSync, watch } from "node:fs";
import { dirname } from "node:path";

/** A folder is emptied before it goes: whoever answers at once gets in the way of the one who removes it. */
export const PAUSE_MS = 250;

/**
 * Calls back, once, when a file that is there has gone, alone or with its folder, as when temporary files are tidied up.
 * Where the system cannot watch the folder nobody is called.
 *
 * @returns stops looking
 */
export function onRemoved(path: string, act: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    timer = undefined;
    if (existsSync(path)) return;
    stop();
    act();
  };
  const seen = () => {
    if (existsSync(path)) return;
    timer ??= setTimeout(look, PAUSE_MS).unref();
  };
  let watcher: ReturnType<typeof watch> | undefined;
  const stop = () => {
    clearTimeout(timer);
    watcher?.close();
  };
  try {
    watcher = watch(dirname(path), { persistent: false }, seen).on("error", seen);
  } catch {
    // The system has no more watches to give (ENOSPC), or the folder is gone already.
    seen();
  }
  return stop;
}
