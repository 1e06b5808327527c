import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { variableOf } from "./environment.ts";
import { isWindowsScript, windowsScriptArguments } from "./windowsScript.ts";

/**
 * Starts a program so that `endTree` can end it together with all its descendants.
 *
 * On POSIX it leads a process group of its own. Windows records each process's parent; the Windows part was not run on
 * Windows.
 */
export function startTree(
  command: string,
  args: readonly string[],
  platform: NodeJS.Platform,
  { env = {}, ...options }: SpawnOptions,
): ChildProcess {
  if (platform !== "win32") return spawn(command, args, { ...options, env, detached: true });
  if (!isWindowsScript(command)) return spawn(command, args, { ...options, env });
  const more = { ...options, env, windowsVerbatimArguments: true };
  return spawn(variableOf(env, "ComSpec", platform) ?? "cmd.exe", windowsScriptArguments(command, args), more);
}

/** Kills a program that `startTree` started, with all its descendants. */
export function endTree(child: ChildProcess, platform: NodeJS.Platform): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    if (platform !== "win32") process.kill(-pid, "SIGKILL");
    else spawn("taskkill", ["/pid", `${pid}`, "/t", "/f"], { windowsHide: true }).on("error", () => child.kill());
  } catch {
    // It ended by itself a moment ago.
  }
}
