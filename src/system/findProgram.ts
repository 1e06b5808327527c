import { access, constants, realpath } from "node:fs/promises";
import { delimiter, extname, join } from "node:path";
import { runTool } from "./runTool.ts";

const SHELL_TIMEOUT_MS = 5_000;
/** What Windows adds to a name (`PATHEXT`), as far as it is a program that answers, in its order. */
const windowsEndings = [".com", ".exe", ".bat", ".cmd"];

/**
 * Where a program of this computer is: on the path, in the places it is known to install itself to, and where the person's
 * own shell finds it. An editor that was started from a dock has not the path of that shell.
 *
 * @param name without `.exe`; on Windows with or without ending where scripts are looked for too
 * @returns its absolute paths, the likeliest first, each looked for when it is asked for
 */
export async function* findProgram(
  name: string,
  { platform, env, scripts }: FindProgramWorld,
  places: readonly string[] = [],
): AsyncGenerator<string> {
  const files = fileNames(name, platform, scripts);
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const seen = new Set<string>();
  const isNew = async (path: string): Promise<boolean> => {
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined || seen.has(real)) return false;
    seen.add(real);
    return access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
  };
  for (const folder of [...folders, ...places]) {
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
  if (path.startsWith("/") && (await isNew(path))) yield path;
}

export interface FindProgramWorld {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether `.cmd` and `.bat` files of Windows count, which `runTool` runs and others may not. */
  readonly scripts?: boolean;
}

function fileNames(name: string, platform: NodeJS.Platform, scripts = false): readonly string[] {
  if (platform !== "win32") return [name];
  if (!scripts) return [`${name}.exe`];
  // A file without ending may be there too, for the shells of other systems.
  return windowsEndings.includes(extname(name).toLowerCase()) ? [name] : windowsEndings.map((ending) => name + ending);
}
