import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../../system/writeAtomically.ts";

/** The programs that entries of an mcp.json start, or that the bridge starts in its place. */
const programs = ["bridge.cjs", "standalone.mjs"];

/**
 * Copies the bridge out of the extension's folder, whose name changes with every version, to a place that stays. A bridge
 * that runs has read its file already.
 *
 * @param from the folder of the bundles
 * @param folder the extension's storage
 * @returns the bridge's path, for entries
 */
export async function installBridge(from: string, folder: string): Promise<string> {
  const to = join(folder, "bridge");
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const name of programs) {
    const wanted = await readFile(join(from, name));
    const path = join(to, name);
    const found = await readFile(path).catch(() => undefined);
    if (found && wanted.equals(found)) continue;
    await writeAtomically(path, wanted, 0o600);
  }
  return join(to, "bridge.cjs");
}
