import type { TextFile } from "../lib/textFile.ts";
import { writeOwn } from "./fileNotWritten.ts";
import { keptText } from "./keptText.ts";
import { writeAtomically } from "./writeAtomically.ts";

/**
 * A file that windows share, for this user's eyes only. Who reads while it is written sees the old text or the new one;
 * where it cannot be written (`file_not_written`) the old one stays.
 */
export function textFile(path: string): TextFile {
  return {
    path,
    read: () => keptText(path),
    write: (text) => writeOwn(path, () => writeAtomically(path, text, { mode: 0o600 })),
  };
}
