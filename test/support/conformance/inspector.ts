import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { npmPackage } from "../npmPackage.ts";
import { makeTemporaryFolder } from "../temporaryFolder.ts";
import { runCommand } from "../vscode/runCommand.ts";

const INSPECTOR_VERSION = "2.12.0";

/** One way the Inspector may speak, and with which token. */
export interface InspectorSettings {
  readonly url: string;
  readonly era: "legacy" | "modern";
  readonly token: string;
}

/**
 * Runs the CLI of `@modelcontextprotocol/inspector` once.
 *
 * @returns what it printed
 * @throws Error with what it printed, when it ended otherwise than with 0
 */
export async function inspector({ url, era, token }: InspectorSettings, args: readonly string[]): Promise<unknown> {
  const name = "@modelcontextprotocol/inspector";
  const { node, script } = await npmPackage(name, INSPECTOR_VERSION, "clients/launcher/build/index.js");
  // What it keeps in the home folder ends with it, and the token is in a file rather than among the arguments.
  const home = makeTemporaryFolder("inspector");
  const config = join(home, "mcp.json");
  const server = { type: "streamable-http", url, headers: { Authorization: `Bearer ${token}` } };
  await writeFile(config, JSON.stringify({ mcpServers: { gateway: server } }), { mode: 0o600 });
  try {
    const fixed = ["--cli", "--config", config, "--server", "gateway", "--protocol-era", era, "--stored-auth-only"];
    const env = { ...process.env, HOME: home, USERPROFILE: home };
    const said = await runCommand(node, [script, ...fixed, "--quiet", ...args], {
      env,
      timeoutMs: 60_000,
    });
    return JSON.parse(said);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
