import { GatewayFailure } from "../failures/failure.ts";
import { MAX_KEPT_FILE_BYTES } from "../lib/limits.ts";
import { readRegularFile } from "./readRegularFile.ts";

/**
 * The text of a file that our own programs keep. Any program of this user may have put another thing in its place: what is
 * no regular file, or larger than ours ever are, is not read.
 *
 * @returns undefined where there is no such file
 * @throws GatewayFailure `file_damaged`; the file is left as it is
 */
export async function keptText(path: string): Promise<string | undefined> {
  const found = await readRegularFile(path, MAX_KEPT_FILE_BYTES);
  switch (found.kind) {
    case "read":
      return found.bytes.toString("utf8");
    case "absent":
      return undefined;
    case "locked":
      throw new GatewayFailure("file_damaged", { path, reason: "another program has it open" });
    case "unreadable":
      throw new GatewayFailure("file_damaged", { path, reason: found.reason });
  }
}
