import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, dirname, extname, isAbsolute, join, relative, sep } from "node:path";
import { type Environment, variableOf } from "./environment.ts";

/** Whether a program lies in a folder of somebody else's files, so that it is none of the person's, whatever it is called. */
export type IsForeign = (path: string) => boolean;

/**
 * What lies in the workspace or in the current directory. `npx` puts a folder of the current directory before all others on the
 * path, and an editor may be started anywhere. Where somebody works in their home, programs are below it as a matter of course.
 *
 * @param folders those of the workspace
 */
export function foreignPlaces(folders: readonly string[] = [], cwd = process.cwd()): IsForeign {
  const here = real(cwd);
  const isHomeOrAbove = cwd === homedir() || isInside(cwd, homedir());
  const foreign = [...folders, ...(isHomeOrAbove ? [] : [cwd])].flatMap((folder) => [folder, real(folder)]);
  return (path) =>
    [path, real(path)].some((place) => dirname(place) === here || foreign.some((folder) => isInside(folder, place)));
}

/**
 * The folders of the path, without relative ones: what is in them depends on where we happen to be. An empty one is the current
 * directory (POSIX.1-2017, 8.3).
 */
export const pathFolders = (env: Environment, platform: NodeJS.Platform): readonly string[] =>
  (variableOf(env, "PATH", platform) ?? defaultPath(platform)).split(delimiter).filter((folder) => isAbsolute(folder));

/** What systems take where there is no path. */
const defaultPath = (platform: NodeJS.Platform): string => (platform === "win32" ? "" : "/usr/local/bin:/usr/bin:/bin");

/**
 * The absolute path of a program, so that the system looks for nothing: it would take relative folders of the path too, and on
 * Windows the current directory before any. What is named with its folder stays as it is.
 *
 * @throws Error with the code ENOENT, as the system does
 */
export function ownProgram(
  name: string,
  { env, platform }: { readonly env: Environment; readonly platform: NodeJS.Platform },
  isForeign: IsForeign = () => false,
): string {
  if (basename(name) !== name || name === "") return name;
  const endings = platform === "win32" && extname(name) === "" ? [".com", ".exe"] : [""];
  for (const folder of [...systemFolders(env, platform), ...pathFolders(env, platform)]) {
    for (const ending of endings) {
      const path = join(folder, name + ending);
      if (isProgram(path) && !isForeign(path)) return path;
    }
  }
  throw Object.assign(new Error(`spawn ${name} ENOENT`), { code: "ENOENT" });
}

/** Where Windows has its own programs, before the path, as Windows itself looks for them. */
function systemFolders(env: Environment, platform: NodeJS.Platform): readonly string[] {
  if (platform !== "win32") return [];
  const root = variableOf(env, "SystemRoot", platform) ?? process.env.SystemRoot;
  return root === undefined || !isAbsolute(root) ? [] : [join(root, "System32")];
}

/** A folder may be entered, which is what "executable" means for one. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
