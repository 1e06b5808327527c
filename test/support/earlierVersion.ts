import { execFileSync } from "node:child_process";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type ConnectTestWorld, connectWorld } from "./connectWorld.ts";
import { MemorySecrets, QueueLock } from "./fakePorts.ts";
import { makeTemporaryFolder } from "./temporaryFolder.ts";

/** The version that people have installed; what it keeps and what it speaks has to go on working. */
const commit = "03c8530";

let folder: string | undefined;

/**
 * The sources of the earlier version and the helpers of its tests, taken from this repository's own history, with the
 * packages of today beside them. The folder goes with the process.
 */
export function earlierVersion(): string {
  if (folder !== undefined) return folder;
  const to = makeTemporaryFolder(`gateway-connect-${commit}`);
  const archive = join(to, "sources.tar");
  try {
    execFileSync("git", ["archive", "--output", archive, commit, "src", "test/support", "scripts", "package.json"], {
      stdio: "pipe",
    });
  } catch (error) {
    throw new Error(`${commit} is not in this clone's history: fetch it whole (git fetch --unshallow).`, {
      cause: error,
    });
  }
  execFileSync("tar", ["-xf", archive, "-C", to]);
  symlinkSync(resolve("node_modules"), join(to, "node_modules"), "junction");
  folder = to;
  return to;
}

let built: string | undefined;

/** The folder of its bundles, as its own script builds them: what its VSIX had. */
export function earlierBundles(): string {
  if (built !== undefined) return built;
  const cwd = earlierVersion();
  execFileSync(process.execPath, ["--import", import.meta.resolve("tsx"), "scripts/build.ts"], { cwd, stdio: "pipe" });
  built = join(cwd, "dist");
  return built;
}

/** The path of a file of the earlier version. */
export const earlierFile = (path: string): string => join(earlierVersion(), path);

/** A module of the earlier version; `T` says what the test takes it for. */
export const earlierModule = async <T>(path: string): Promise<T> =>
  (await import(pathToFileURL(earlierFile(path)).href)) as T;

/** What the windows of one person share, whichever version they run. */
export interface Computer {
  readonly secrets: MemorySecrets;
  readonly lock: QueueLock;
  readonly stored: { text: string | undefined };
}

export const newComputer = (): Computer => ({
  secrets: new MemorySecrets(),
  lock: new QueueLock(),
  stored: { text: undefined },
});

/** What a test does with a window, of either version. */
export type AnyWindow = Pick<
  ConnectTestWorld,
  "connect" | "call" | "later" | "opened" | "prompts" | "person" | "stop"
> & {
  readonly gateways: Pick<ConnectTestWorld["gateways"], "find" | "signOut" | "remove"> & {
    readonly book: Pick<ConnectTestWorld["gateways"]["book"], "all" | "load">;
  };
};

type Settings = Readonly<Record<string, unknown>>;

/** A window of this version. */
export const windowOf = (computer: Computer, settings: Settings = {}): ConnectTestWorld =>
  connectWorld({ settings, beside: computer });

/** A window of the earlier version: its own code, and its own helper with the computer put in. */
export async function earlierWindowOf(
  { secrets, lock, stored }: Computer,
  settings: Settings = {},
): Promise<AnyWindow> {
  const path = earlierFile("test/support/connectWorld.ts");
  const changes = [
    ["const secrets = new MemorySecrets();", "const { secrets, lock, stored } = options.computer;"],
    ["const stored: { value: unknown } = { value: undefined };", ""],
    ["lock: new QueueLock(),", "lock,"],
  ] as const;
  let text = readFileSync(path, "utf8");
  // A second window finds it changed.
  if (!text.includes("options.computer")) {
    for (const [from, to] of changes) {
      if (!text.includes(from)) throw new Error(`the earlier helper has no ${from}`);
      text = text.replace(from, to);
    }
    writeFileSync(path, text);
  }
  const earlier = await earlierModule<{ connectWorld(options: object): AnyWindow }>("test/support/connectWorld.ts");
  // Its file has values, which it writes in lines.
  const values = {
    get value(): unknown {
      return stored.text === undefined ? undefined : JSON.parse(stored.text);
    },
    set value(value: unknown) {
      stored.text = JSON.stringify(value, null, 2);
    },
  };
  return earlier.connectWorld({ settings, computer: { secrets, lock, stored: values } });
}
