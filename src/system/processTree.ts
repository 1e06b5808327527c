import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { isWindowsScript, windowsScriptArguments } from "./windowsScript.ts";

/**
 * A program that is started in a way that it can be ended with all that it has started: systems differ in both.
 *
 * On POSIX it leads a process group of its own. Windows knows who started whom; what is here for Windows was not run
 * there.
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
  return spawn(env.ComSpec ?? "cmd.exe", windowsScriptArguments(command, args), more);
}

/** Ends it and all that it has started, without asking. */
export function endTree(child: ChildProcess, platform: NodeJS.Platform): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    if (platform !== "win32") process.kill(-pid, "SIGKILL");
    else spawn("taskkill", ["/pid", `${pid}`, "/t", "/f"], { windowsHide: true }).on("error", () => child.kill());
  } catch {
    // It has just ended by itself.
  }
}
