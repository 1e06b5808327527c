import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { variableOf } from "./environment.ts";
import { ownProgram } from "./ownPrograms.ts";
import { isWindowsScript, windowsScriptArguments } from "./windowsScript.ts";

/**
 * Starts a program so that `endTree` can end it together with all its descendants.
 *
 * On POSIX it leads a process group of its own. Windows records each process's parent.
 *
 * @param command the name of a program is looked for by `ownProgram`
 * @throws Error of `ownProgram`
 */
export function startTree(
  command: string,
  args: readonly string[],
  platform: NodeJS.Platform,
  { env = {}, ...options }: SpawnOptions,
): ChildProcess {
  const program = ownProgram(command, { env, platform });
  if (platform !== "win32") return spawn(program, args, { ...options, env, detached: true });
  if (!isWindowsScript(program)) return spawn(program, args, { ...options, env });
  const more = { ...options, env, windowsVerbatimArguments: true };
  return spawn(variableOf(env, "ComSpec", platform) ?? "cmd.exe", windowsScriptArguments(program, args), more);
}

/** Kills a program that `startTree` started, with all its descendants. */
export function endTree(child: ChildProcess, platform: NodeJS.Platform): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    if (platform === "win32") endWindowsTree(pid, () => child.kill());
    else process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself a moment ago.
  }
}

/**
 * Makes whoever kills a program on Windows kill its descendants too. What runs a script is a shell there: alone it would
 * end without the program that it started.
 *
 * @param child started by somebody else, on POSIX without a group of its own
 */
export function killWithDescendants(child: ChildProcess, platform: NodeJS.Platform): void {
  if (platform !== "win32") return;
  const killAlone = child.kill.bind(child);
  child.kill = (signal) => {
    if (child.pid === undefined) return killAlone(signal);
    endWindowsTree(child.pid, () => killAlone(signal));
    return true;
  };
}

function endWindowsTree(pid: number, endAlone: () => void): void {
  try {
    const taskkill = ownProgram("taskkill", { env: process.env, platform: "win32" });
    spawn(taskkill, ["/pid", `${pid}`, "/t", "/f"], { stdio: "ignore", windowsHide: true }).on("error", endAlone);
  } catch {
    endAlone();
  }
}
