import type { Stats } from "node:fs";

const OTHERS_WRITE = 0o022;

/** Whether a file or folder is this user's, and nobody else may write to it. On Windows, which says neither, the user's profile protects it. */
export function isOnlyOurs({ uid, mode }: Pick<Stats, "uid" | "mode">): boolean {
  const owner = process.getuid?.();
  return owner === undefined || (uid === owner && (mode & OTHERS_WRITE) === 0);
}
