import { GatewayFailure } from "../../failures/failure.ts";
import { variableOf } from "../../system/environment.ts";
import { findProgram } from "../../system/findProgram.ts";
import type { IsForeign } from "../../system/ownPrograms.ts";
import { type RunTool, runTool } from "../../system/runTool.ts";

/** How long a program may take to show that it can run the bridge. */
const START_TIMEOUT_MS = 5_000;
/** The oldest major version of Node that runs the bridge. */
const OLDEST_NODE = 18;

/** Prints the version of a Node, and no version of an editor's program. */
const nodeAlone = "process.versions.electron ? 0 : process.versions.node";

/** The variables that hosts pass on to the programs they start (the MCP SDK's `getDefaultEnvironment`). */
const inherited =
  process.platform === "win32"
    ? [
        "APPDATA",
        "HOMEDRIVE",
        "HOMEPATH",
        "LOCALAPPDATA",
        "PATH",
        "PROCESSOR_ARCHITECTURE",
        "SYSTEMDRIVE",
        "SYSTEMROOT",
        "TEMP",
        "USERNAME",
        "USERPROFILE",
        "PROGRAMFILES",
      ]
    : ["HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER"];

export interface RuntimeWorld {
  /** The editor's executable. */
  readonly execPath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly run?: RunTool;
  /** See `FindProgramWorld`. */
  readonly isForeign?: IsForeign | undefined;
  /** Whether the host strips the variable that makes an editor's program run as Node. */
  readonly wantsNode?: boolean | undefined;
}

/** The environment in which a host starts an entry, without the entry's own variables. */
export function reducedEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const values = inherited.map((name) => [name, variableOf(env, name, process.platform)] as const);
  return Object.fromEntries(values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/**
 * Finds a program that runs the bridge, by starting each candidate as a host would: first the editor's executable,
 * which everybody has, then each Node of this computer.
 *
 * @param chosen the person's choice; when given, no other program is tried
 * @returns its absolute path
 * @throws GatewayFailure `runtime_not_found`
 */
export async function findBridgeRuntime(chosen: string | undefined, world: RuntimeWorld): Promise<string> {
  const { execPath, env, platform, wantsNode, isForeign } = world;
  const run = world.run ?? runTool(START_TIMEOUT_MS, { ...reducedEnvironment(env), ELECTRON_RUN_AS_NODE: "1" });
  const tried: string[] = [];
  const works = async (path: string): Promise<boolean> => {
    tried.push(path);
    const answer = await run(path, ["-p", wantsNode ? nodeAlone : "process.versions.node"], "").catch(() => undefined);
    return answer?.code === 0 && Number.parseInt(answer.output, 10) >= OLDEST_NODE;
  };
  if (chosen) {
    if (await works(chosen)) return chosen;
    throw new GatewayFailure("runtime_not_found", { tried });
  }
  // An AppImage is unmounted when the editor ends, and its executable with it.
  if (!env.APPIMAGE && (await works(execPath))) return execPath;
  for await (const path of findProgram("node", { platform, env, isForeign })) if (await works(path)) return path;
  throw new GatewayFailure("runtime_not_found", { tried });
}
