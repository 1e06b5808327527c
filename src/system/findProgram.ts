import { realpath } from "node:fs/promises";
import { extname, isAbsolute, join } from "node:path";
import type { Environment } from "./environment.ts";
import { foreignPlaces, type IsForeign, isProgram, pathFolders } from "./ownPrograms.ts";
import { runTool } from "./runTool.ts";

const SHELL_TIMEOUT_MS = 5_000;
/** The endings that Windows tries for a program's name (`PATHEXT`), in its order, without the kinds we cannot run. */
const windowsEndings = [".com", ".exe", ".bat", ".cmd"];

/**
 * Finds a program: on the path, in the folders it is known to install itself to, and where the person's shell finds it.
 * An editor that was started from a dock does not have that shell's path. What lies in the workspace or the current directory is
 * never taken.
 *
 * @param name without `.exe`; with or without an ending when scripts count too
 * @param installFolders where the program installs itself
 * @returns absolute paths, the likeliest first; each is searched for only when the caller asks for it
 */
export async function* findProgram(
  name: string,
  { platform, env, scripts, isForeign = foreignPlaces() }: FindProgramWorld,
  installFolders: readonly string[] = [],
): AsyncGenerator<string> {
  const files = fileNames(name, platform, scripts);
  const seen = new Set<string>();
  const isNew = async (path: string): Promise<boolean> => {
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined || seen.has(real)) return false;
    seen.add(real);
    return isProgram(path) && !isForeign(path);
  };
  for (const folder of [...pathFolders(env, platform), ...installFolders]) {
    for (const file of files) {
      const path = join(folder, file);
      if (await isNew(path)) yield path;
    }
  }
  if (platform === "win32" || !env.SHELL) return;
  const answer = await runTool(SHELL_TIMEOUT_MS, env)(env.SHELL, ["-lc", `command -v ${name}`], "").catch(
    () => undefined,
  );
  const path = answer?.output.trim().split("\n").at(-1) ?? "";
  if (isAbsolute(path) && (await isNew(path))) yield path;
}

export interface FindProgramWorld {
  readonly platform: NodeJS.Platform;
  readonly env: Environment;
  /** Whether `.cmd` and `.bat` files of Windows count, which `runTool` can run and other callers may not. */
  readonly scripts?: boolean;
  /** By default whether it lies in the current directory. */
  readonly isForeign?: IsForeign | undefined;
}

function fileNames(name: string, platform: NodeJS.Platform, scripts = false): readonly string[] {
  if (platform !== "win32") return [name];
  if (!scripts) return [`${name}.exe`];
  // A file without an ending may exist too, for the shells of other systems.
  return windowsEndings.includes(extname(name).toLowerCase()) ? [name] : windowsEndings.map((ending) => name + ending);
}
