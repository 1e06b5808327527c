import type { IsForeign } from "../../system/ownPrograms.ts";
import { type RunTool, runTool } from "../../system/runTool.ts";
import { type FoundEntry, inParts, type KeychainStore } from "./entriesInParts.ts";
import { keychainProgram } from "./keychainPrograms.ts";

/** Someone may have to unlock it; a keychain that takes longer to answer whether it is there counts as none. */
const probeMs = 8_000;
const timeoutMs = 60_000;

export interface KeychainOptions {
  /** What runs the tools, and what finds out whether they are there. */
  readonly run?: RunTool;
  readonly probe?: RunTool;
  /** The entry that is asked for to find out; whoever asks for it first is given what was found then. */
  readonly first?: string | undefined;
  /** An entry that will be wanted next. It is asked for at the same time, and given likewise. */
  readonly ahead?: string | undefined;
}

/**
 * The keychain of the operating system: `secret-tool` (libsecret) on Linux, `security` on macOS, the PasswordVault on
 * Windows.
 *
 * @param env what the tools get as their environment
 * @returns undefined where there is none, or none that answers
 */
export async function openKeychain(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  { run = runTool(timeoutMs, env), probe = runTool(probeMs, env), first = "probe", ahead }: KeychainOptions = {},
): Promise<KeychainStore | undefined> {
  const open = keychainProgram(platform);
  const entries = open(run);
  const found = new Map<string, Promise<FoundEntry | undefined>>([[first, open(probe).get(first)]]);
  // Somebody may have to unlock the keychain for the first: this one then waits with it, and fails where it is wanted.
  if (ahead !== undefined && ahead !== first) {
    const asked = entries.get(ahead);
    asked.catch(() => {});
    found.set(ahead, asked);
  }
  try {
    await found.get(first);
  } catch {
    return undefined;
  }
  const store = inParts({
    ...entries,
    async get(name) {
      const known = found.get(name);
      found.delete(name);
      return await (known ?? entries.get(name));
    },
  });
  return { ...store, forget: () => found.clear() };
}

/** The tools of a keychain. @param isForeign see `runTool` */
export const keychainTools = (env: Readonly<Record<string, string | undefined>>, isForeign?: IsForeign) => ({
  run: runTool(timeoutMs, env, { isForeign }),
  probe: runTool(probeMs, env, { isForeign }),
});

/**
 * Why the keychain of the operating system cannot be used.
 *
 * @param first the entry that is asked for to find out: one that is there is not given by a locked keychain
 * @returns undefined where it can
 */
export async function keychainTrouble(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  { first = "probe", probe = runTool(probeMs, env) }: Pick<KeychainOptions, "first" | "probe"> = {},
): Promise<string | undefined> {
  try {
    await keychainProgram(platform)(probe).get(first);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return `${platform === "linux" ? "secret-tool (libsecret)" : "its tool"} is not installed`;
    return error instanceof Error ? error.message : "it does not answer";
  }
}
