import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { visit } from "../test/support/signInByHttp.ts";
import { cacheFolder } from "../test/support/vscode/cacheFolder.ts";
import { startProcess } from "../test/support/vscode/startProcess.ts";

export const MCP_REMOTE_VERSION = "0.15.1";

const run = promisify(execFile);

/** How to run it towards one gateway, without npx, which would cost it a third of a second more. */
export interface McpRemote {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Installs mcp-remote where downloads of the tests are kept, and signs it in by its own browser flow. */
export async function prepareMcpRemote(gatewayUrl: string, configFolder: string): Promise<McpRemote> {
  // A program that ends at once takes the place of the browser: the pages are gone through by HTTP.
  const env = { BROWSER: "true", MCP_REMOTE_CONFIG_DIR: configFolder };
  const remote: McpRemote = { args: [await installedMcpRemote(), gatewayUrl], env };
  await signInOnce(remote);
  return remote;
}

/** @returns the program, installed when it was not there */
export async function installedMcpRemote(): Promise<string> {
  const folder = join(cacheFolder(), "bench", `mcp-remote-${MCP_REMOTE_VERSION}`);
  const home = join(folder, "node_modules", "mcp-remote");
  const script = join(home, "dist", "proxy.js");
  if (!existsSync(script)) {
    await mkdir(folder, { recursive: true });
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    await run(npm, ["install", "--prefix", folder, "--no-audit", "--no-fund", `mcp-remote@${MCP_REMOTE_VERSION}`], {
      shell: process.platform === "win32",
    });
  }
  const { version } = JSON.parse(await readFile(join(home, "package.json"), "utf8")) as { version: string };
  if (version !== MCP_REMOTE_VERSION) throw new Error(`mcp-remote is ${version}; delete ${folder}`);
  return script;
}

async function signInOnce({ args, env }: McpRemote): Promise<void> {
  const started = startProcess(process.execPath, args, { stdin: true, env: { ...process.env, ...env } });
  try {
    const url = await started.line(
      (line) => (/^https?:\/\/\S*code_challenge=/.test(line) ? line : undefined),
      "mcp-remote printed no address to sign in at",
      30_000,
    );
    await visit(url);
    await started.line(
      (line) => line.includes("Proxy established successfully") || undefined,
      "mcp-remote did not connect after its sign-in",
      30_000,
    );
  } finally {
    await started.stop();
  }
}

/** The memory of another process that is in RAM. */
export async function residentBytes(pid: number): Promise<number> {
  if (process.platform === "win32") {
    const { stdout } = await run("powershell", ["-NoProfile", "-Command", `(Get-Process -Id ${pid}).WorkingSet64`]);
    return Number(stdout);
  }
  const { stdout } = await run("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout) * 1024;
}
