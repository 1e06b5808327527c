import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../../system/writeAtomically.ts";

/** The standalone program, and the bridge, which entries of an mcp.json start and which counts on one as new as it is. */
const programs = ["standalone.mjs", "bridge.cjs"];

/** The file beside the bridge that says to it that the extension is gone. `src/bridge.ts` has the same name. */
export const uninstalledMark = "uninstalled";

/**
 * Copies the bridge from the extension's folder, whose name changes with every version, to a path that stays the same.
 * A running bridge has read its file already.
 *
 * @param from the folder of the bundles
 * @param folder the extension's storage folder
 * @returns the bridge's path, for entries
 */
export async function installBridge(from: string, folder: string): Promise<string> {
  const to = join(folder, "bridge");
  await mkdir(to, { recursive: true, mode: 0o700 });
  await rm(join(to, uninstalledMark), { force: true });
  for (const name of programs) {
    const wanted = await readFile(join(from, name));
    const path = join(to, name);
    const found = await readFile(path).catch(() => undefined);
    if (found && wanted.equals(found)) continue;
    await writeAtomically(path, wanted, { mode: 0o600 });
  }
  return join(to, "bridge.cjs");
}
