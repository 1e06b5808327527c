import { setTimeout as delay } from "node:timers/promises";

const MOST_ATTEMPTS = 10;
const WAIT_MS = 20;
const busy: ReadonlySet<string> = new Set(["EBUSY", "EPERM", "EACCES"]);

/**
 * Does something with a file. Windows refuses it while another program has the file open for itself, which a virus
 * scanner or a copy to the cloud has for a moment; then it is tried again, for a second in all.
 *
 * @throws what `act` threw last
 */
export async function retryWhileBusy<T>(act: () => Promise<T>, platform = process.platform): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (platform !== "win32" || attempt === MOST_ATTEMPTS || !busy.has(code)) throw error;
      await delay(WAIT_MS * attempt);
    }
  }
}
