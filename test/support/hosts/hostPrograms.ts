import { join } from "node:path";
import type { HostId } from "../../../src/hosts/hostIds.ts";
import { claudeCodeVersion } from "../claudeCode.ts";
import { cacheFolder } from "../vscode/cacheFolder.ts";
import { installOnce, type Progress } from "../vscode/installOnce.ts";
import { runCommand } from "../vscode/runCommand.ts";

/** A host's own program, which a test starts with the file that we wrote. */
export interface HostProgram {
  readonly host: HostId;
  readonly title: string;
  /** Its name on npm. */
  readonly name: string;
  readonly version: string;
  /** Its command. */
  readonly command: string;
  readonly megabytes: number;
  /** How it says that it is connected. */
  readonly says: string;
  readonly test: string;
}

const ownPrograms = "test/hosts/ownPrograms.test.ts";

export const hostPrograms: readonly HostProgram[] = [
  {
    host: "claude-code",
    title: "Claude Code",
    name: "@anthropic-ai/claude-code",
    version: claudeCodeVersion,
    command: "claude",
    megabytes: 370,
    says: "`claude mcp list`: *Connected*",
    test: "test/ide/mcpJson.test.ts",
  },
  {
    host: "codex",
    title: "Codex",
    name: "@openai/codex",
    version: "0.171.0",
    command: "codex",
    megabytes: 430,
    says: "`codex app-server`: `mcpServerStatus/list` has the gateway's tools",
    test: ownPrograms,
  },
  {
    host: "copilot-cli",
    title: "GitHub Copilot CLI",
    name: "@github/copilot",
    version: "1.0.102",
    command: "copilot",
    megabytes: 190,
    says: "a model of ours is offered the gateway's tools",
    test: ownPrograms,
  },
  {
    host: "gemini-cli",
    title: "Gemini CLI",
    name: "@google/gemini-cli",
    version: "0.61.0",
    command: "gemini",
    megabytes: 100,
    says: "`gemini mcp list`: *Connected*",
    test: ownPrograms,
  },
  {
    host: "cline-cli",
    title: "Cline CLI",
    name: "cline",
    version: "3.0.65",
    command: "cline",
    megabytes: 440,
    says: "a model of ours is offered the gateway's tools",
    test: ownPrograms,
  },
  {
    host: "opencode",
    title: "opencode",
    name: "opencode-ai",
    version: "1.18.33",
    command: "opencode",
    megabytes: 360,
    says: "`opencode mcp list`: *connected*",
    test: ownPrograms,
  },
];

/** Installs a host's own program, once. @returns the path of its command */
export async function hostProgram(host: HostId, progress: Progress): Promise<string> {
  const program = hostPrograms.find((one) => one.host === host);
  if (!program) throw new Error(`${host} has no program of its own here`);
  const { name, title, version, command, megabytes } = program;
  const folder = await installOnce(
    join(cacheFolder(), `${host}-${version}`),
    async (into) => {
      progress(`installing ${title} ${version}, once, about ${megabytes} MB`);
      const args = ["install", "--prefix", into, `${name}@${version}`, "--no-audit", "--no-fund"];
      await runCommand("npm", args, { env: process.env });
    },
    progress,
  );
  return join(folder, "node_modules", ".bin", command);
}
