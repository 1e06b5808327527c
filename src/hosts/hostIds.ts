/** The hosts we know, as the list of written entries names them too; `generic` is any file that a person chose. */
export const hostIds = [
  "kiro",
  "vscode",
  "cursor",
  "windsurf",
  "claude-code",
  "codex",
  "copilot-cli",
  "gemini-cli",
  "claude-desktop",
  "cline",
  "cline-cli",
  "amazon-q",
  "kiro-agents",
  "jetbrains-ai",
  "copilot-jetbrains",
  "visual-studio",
  "zed",
  "opencode",
  "antigravity",
  "lm-studio",
  "generic",
] as const;

export type HostId = (typeof hostIds)[number];

/** The editors that ignore the MCP servers which extensions register. */
const editors = ["kiro", "cursor", "windsurf", "antigravity"] as const satisfies readonly HostId[];

/**
 * The host that this editor is, when it ignores the MCP servers that extensions register. Kiro calls the provider and
 * discards its answer, so only the editor's name tells.
 *
 * @param appName `vscode.env.appName`
 */
export function hostIdOfEditor(appName: string): HostId | undefined {
  const name = appName.toLowerCase();
  return editors.find((id) => name.includes(id));
}
