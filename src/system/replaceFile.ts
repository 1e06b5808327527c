import { rename } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** Puts a file in the place of another. On Windows a file that a virus scanner has open cannot be replaced for a moment. */
export async function replaceFile(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (attempt === 10 || !["EPERM", "EBUSY", "EACCES"].includes(code)) throw error;
      await delay(20 * attempt);
    }
  }
}
