import { copyFile, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { cacheFolder } from "./cacheFolder.ts";
import { installOnce, type Progress } from "./installOnce.ts";
import { type NodeRuntime, nodeRuntime } from "./nodeRuntime.ts";
import { npm } from "./npm.ts";
import { compilerParts, ensureSystemParts } from "./systemParts.ts";

export const codeServerVersion = "4.139.1";

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
  const runtime = await nodeRuntime(progress);
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

function timed(progress: Progress): Progress {
  const start = Date.now();
  return (line) => progress(`${String(Math.round((Date.now() - start) / 1000)).padStart(4)} s  ${line}`);
}
