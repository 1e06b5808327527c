import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeFolder } from "./removeFolder.ts";

const made = new Set<string>();

/** A new folder for a test, or for all of a file's. It goes with it, and all that is in it by then. */
export function temporaryFolder(t: { after(act: () => void): void }, name: string): string {
  const folder = makeTemporaryFolder(name);
  t.after(() => removeFolder(folder));
  return folder;
}

/**
 * The same for whoever removes it sooner or later than a test ends. What is still written then may bring it back, so that it
 * is removed once more as this process ends.
 */
export function makeTemporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  if (made.size === 0) process.once("exit", removeAll);
  made.add(folder);
  return folder;
}

function removeAll(): void {
  for (const folder of made) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // A program that outlives this process has something open in it; who runs the tests finds it.
    }
  }
}
