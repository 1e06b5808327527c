import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { GatewayFailure } from "../failures/failure.ts";

/** What the operating system says where a file cannot be written for now: the disk, the volume or its permissions. */
const known = /EACCES|EPERM|EROFS|ENOSPC|EDQUOT/;

/** Whatever kept a file of ours from being written, as the failure that people are told. */
export function fileNotWritten(path: string, error: unknown): unknown {
  const { code = "", syscall } = error as NodeJS.ErrnoException;
  // The second is what Node says of a folder, made with those above it, on a volume where nothing can be.
  const reason = known.test(code) ? code : code === "ENOENT" && syscall === "mkdir" && "its folder cannot be made";
  return reason ? new GatewayFailure("file_not_written", { path, reason }, { cause: error }) : error;
}

/**
 * Writes a file of ours, whose folder is made for this user alone where there is none.
 *
 * @throws GatewayFailure `file_not_written`
 */
export async function writeOwn(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await write();
  } catch (error) {
    throw fileNotWritten(path, error);
  }
}
