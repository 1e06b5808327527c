import { join } from "node:path";
import { cacheFolder } from "./vscode/cacheFolder.ts";
import { installOnce, type Progress } from "./vscode/installOnce.ts";
import { runCommand } from "./vscode/runCommand.ts";

export const claudeCodeVersion = "2.1.330";

/**
 * Claude Code, a host that reads MCP servers and that is driven by its own command.
 *
 * @returns the folder of the command `claude`
 */
export async function claudeCodeFolder(progress: Progress): Promise<string> {
  const folder = await installOnce(
    join(cacheFolder(), `claude-code-${claudeCodeVersion}`),
    async (into) => {
      progress(`installing Claude Code ${claudeCodeVersion}, once, about 370 MB`);
      const name = `@anthropic-ai/claude-code@${claudeCodeVersion}`;
      await runCommand("npm", ["install", "--prefix", into, name, "--no-audit", "--no-fund"], { env: process.env });
    },
    progress,
  );
  return join(folder, "node_modules", ".bin");
}

/** What keeps it from speaking to anybody but the servers it is told of. */
export const quietClaudeCode = { DISABLE_TELEMETRY: "1", CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" } as const;
