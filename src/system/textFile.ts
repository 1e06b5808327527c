import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { TextFile } from "../lib/textFile.ts";
import { retryWhileBusy } from "./retryWhileBusy.ts";
import { writeAtomically } from "./writeAtomically.ts";

/** A file that windows share, for this user's eyes only. Who reads while it is written sees the old text or the new one. */
export function textFile(path: string): TextFile {
  return {
    path,
    async read() {
      try {
        return await retryWhileBusy(() => readFile(path, "utf8"));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
    async write(text) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeAtomically(path, text, { mode: 0o600 });
    },
  };
}
