import { GatewayFailure } from "../../failures/failure.ts";
import { findProgram } from "../../system/findProgram.ts";
import { type RunTool, runTool } from "../../system/runTool.ts";

/** What runs the bridge has to start within this time, in milliseconds. */
const START_TIMEOUT_MS = 5_000;
/** The oldest Node that understands the bridge. */
const OLDEST_NODE = 18;

/** What hosts hand on to the programs they start, and no more (the MCP SDK's `getDefaultEnvironment`). */
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
  /** The editor's own program. */
  readonly execPath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly run?: RunTool;
}

/** The environment that a host starts an entry with, apart from the entry's own. */
export function reducedEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(inherited.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/**
 * Finds a program that runs the bridge, by starting it as a host would: the editor's own first, which everybody has, else
 * a Node of this computer.
 *
 * @param chosen the person's own choice, which is then the only one
 * @returns its absolute path
 * @throws GatewayFailure `runtime_not_found`
 */
export async function findBridgeRuntime(chosen: string | undefined, world: RuntimeWorld): Promise<string> {
  const { execPath, env, platform } = world;
  const run = world.run ?? runTool(START_TIMEOUT_MS, { ...reducedEnvironment(env), ELECTRON_RUN_AS_NODE: "1" });
  const tried: string[] = [];
  const works = async (path: string): Promise<boolean> => {
    tried.push(path);
    const answer = await run(path, ["-p", "process.versions.node"], "").catch(() => undefined);
    return answer?.code === 0 && Number.parseInt(answer.output, 10) >= OLDEST_NODE;
  };
  if (chosen) {
    if (await works(chosen)) return chosen;
    throw new GatewayFailure("runtime_not_found", { tried });
  }
  // What an AppImage mounts is gone when the editor ends.
  if (!env.APPIMAGE && (await works(execPath))) return execPath;
  for await (const path of findProgram("node", { platform, env })) if (await works(path)) return path;
  throw new GatewayFailure("runtime_not_found", { tried });
}
