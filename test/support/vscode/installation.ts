import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { cacheFolder } from "./cacheFolder.ts";
import { installOnce, type Progress } from "./installOnce.ts";
import { runCommand } from "./runCommand.ts";
import { compilerParts, ensureSystemParts } from "./systemParts.ts";

export const codeServerVersion = "4.139.1";
/** The Node this code-server's native modules are built for. */
const nodeVersion = "24.21.0";
const nodeMajor = 24;

/** A VS Code that can be started on a machine without a desktop. */
export interface VsCodeInstallation {
  /** The Node that runs it. */
  readonly node: string;
  /** code-server's own entry: the VS Code a user has, in the browser. */
  readonly entry: string;
  /** The bare VS Code server inside it, which can run tests in the extension host. */
  readonly serverMain: string;
  readonly version: string;
}

/**
 * VS Code as npm delivers it: `code-server` is the real workbench and the real Node extension host, and unlike the
 * vendor's download it can be had wherever packages can. Installed once per machine, in the cache folder.
 */
export async function vsCodeInstallation(progress: Progress): Promise<VsCodeInstallation> {
  const platform = `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const cache = cacheFolder();
  const folder = join(cache, `code-server-${codeServerVersion}-${platform}`);
  const runtime = await nodeRuntime(cache, platform, progress);
  await installOnce(folder, (into) => installCodeServer(into, runtime, timed(progress)), progress);
  const codeServer = join(folder, "node_modules", "code-server");
  const vscode = join(codeServer, "lib", "vscode");
  const manifest = JSON.parse(await readFile(join(vscode, "package.json"), "utf8")) as { version: string };
  return {
    node: runtime.node,
    entry: join(codeServer, "out", "node", "entry.js"),
    serverMain: join(vscode, "out", "server-main.js"),
    version: manifest.version,
  };
}

interface NodeRuntime {
  readonly node: string;
  /** The folder with `include/node`, which the native modules are compiled against; without it they are downloaded. */
  readonly headers: string | undefined;
}

async function nodeRuntime(cache: string, platform: string, progress: Progress): Promise<NodeRuntime> {
  const prefix = dirname(dirname(process.execPath));
  if (Number(process.versions.node.split(".")[0]) === nodeMajor && hasHeaders(prefix)) {
    return { node: process.execPath, headers: prefix };
  }
  const name = `node-${platform}`;
  const folder = await installOnce(
    join(cache, `node-${nodeVersion}-${platform}`),
    async (into) => {
      progress(`installing Node ${nodeVersion} for it (npm package ${name})`);
      await npm(["install", `${name}@${nodeVersion}`, "--ignore-scripts"], into, process.env);
    },
    progress,
  );
  const home = join(folder, "node_modules", name);
  const node = join(home, "bin", process.platform === "win32" ? "node.exe" : "node");
  return { node, headers: hasHeaders(home) ? home : undefined };
}

function hasHeaders(prefix: string): boolean {
  return existsSync(join(prefix, "include", "node", "node.h"));
}

async function installCodeServer(into: string, runtime: NodeRuntime, progress: Progress): Promise<void> {
  progress(`installing VS Code (code-server ${codeServerVersion}), once, about 2 minutes and 800 MB`);
  if (process.platform === "linux") await ensureSystemParts(compilerParts, progress);
  const env = {
    ...process.env,
    PATH: `${dirname(runtime.node)}${delimiter}${process.env.PATH ?? ""}`,
    ...(runtime.headers ? { npm_config_nodedir: runtime.headers } : {}),
  };
  const logFile = join(tmpdir(), `gateway-connect-install-${process.pid}.log`);
  const codeServer = join(into, "node_modules", "code-server");
  const vscode = join(codeServer, "lib", "vscode");
  const heartbeat = setInterval(() => progress("still installing …"), 20_000);
  try {
    progress("downloading the package");
    await npm(["install", `code-server@${codeServerVersion}`, "--ignore-scripts"], into, env, logFile);
    progress("installing its modules and compiling the native ones");
    // The three are independent folders; together they take as long as the first.
    await Promise.all([
      npm(["install", "--omit=dev"], vscode, env, logFile),
      npm(["install", "--omit=dev"], join(vscode, "extensions"), env, logFile),
      npm(["run", "install"], join(into, "node_modules", "argon2"), env, logFile),
    ]);
    await linkHelpers(vscode);
    await rm(logFile, { force: true });
    progress("VS Code is installed");
  } catch (cause) {
    const kept = join(cacheFolder(), "install.log");
    await copyFile(logFile, kept).catch(() => undefined);
    throw new Error(`VS Code could not be installed; the whole log is in ${kept}\n${(cause as Error).message}`, {
      cause,
    });
  } finally {
    clearInterval(heartbeat);
  }
}

/** What code-server's own postinstall would have linked: the helper with which the integrated terminal opens a browser. */
async function linkHelpers(vscode: string): Promise<void> {
  if (process.platform === "win32") return;
  const system = process.platform === "darwin" ? "darwin" : "linux";
  await symlink(`code-${system}.sh`, join(vscode, "bin", "remote-cli", "code-server")).catch(() => undefined);
  await symlink(`browser-${system}.sh`, join(vscode, "bin", "helpers", "browser.sh")).catch(() => undefined);
}

async function npm(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv, logFile?: string): Promise<void> {
  await mkdir(cwd, { recursive: true });
  if (!existsSync(join(cwd, "package.json"))) await writeFile(join(cwd, "package.json"), '{"private":true}\n');
  await runCommand("npm", [...args, "--no-audit", "--no-fund", "--no-update-notifier"], {
    cwd,
    env: withoutOuterNpm(env),
    ...(logFile ? { logFile } : {}),
  });
}

/** Under `npm run`, npm describes *this* project in the environment; an npm started for another folder must not read that. */
function withoutOuterNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const outer =
    /^(npm_package_|npm_lifecycle_|npm_command$|npm_execpath$|npm_node_execpath$|npm_config_local_prefix$|npm_config_omit$|INIT_CWD$)/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !outer.test(name)));
}

function timed(progress: Progress): Progress {
  const start = Date.now();
  return (line) => progress(`${String(Math.round((Date.now() - start) / 1000)).padStart(4)} s  ${line}`);
}
