import type { FormatName } from "./formats/formats.ts";
import type { HostId } from "./hostIds.ts";
import type { HostFilePaths, HostPath } from "./hostPaths.ts";

export interface Host {
  readonly id: HostId;
  readonly title: string;
  /** How its file names the servers. */
  readonly format: FormatName;
  /** Whether it follows changes to the list of tools, or could not be made to: a host that reads its file anew does. */
  readonly hearsListChanges: boolean;
  /**
   * Its files; absent where it has none of that scope. Of several the first counts that exists, or whose folder does. Where
   * the last step has a `*`, each file counts.
   */
  readonly file: HostFilePaths;
  /** What shows that it is on this computer, where the folder of its file does not. */
  readonly signs?: readonly HostPath[];
  /** Whether it reads its file only when it starts. */
  readonly readsAtStart?: true;
  /** Whether it refuses `ELECTRON_RUN_AS_NODE` in entries, so that no editor's program can run the bridge. */
  readonly wantsNode?: true;
  /** Where in it an entry is pasted, of a host that says of no file where it keeps its servers. */
  readonly pastedAt?: string;
}

/** A file that a host reads its servers from. */
export interface HostFile {
  readonly host: Host;
  readonly path: string;
}

/**
 * Every host, the most wanted first. The source for each is its vendor's documentation of the file; those whose own
 * program is started by a test say so in docs/hosts.md.
 */
export const hosts: readonly Host[] = [
  {
    id: "kiro",
    title: "Kiro",
    format: "mcpServers",
    hearsListChanges: false,
    file: {
      user: [["home", ".kiro", "settings", "mcp.json"]],
      workspace: [["workspace", ".kiro", "settings", "mcp.json"]],
    },
  },
  {
    id: "cursor",
    title: "Cursor",
    format: "mcpServers",
    hearsListChanges: true,
    file: { user: [["home", ".cursor", "mcp.json"]], workspace: [["workspace", ".cursor", "mcp.json"]] },
  },
  {
    id: "windsurf",
    title: "Windsurf",
    format: "mcpServers",
    hearsListChanges: true,
    file: { user: [["home", ".codeium", "windsurf", "mcp_config.json"]] },
  },
  {
    id: "claude-code",
    title: "Claude Code",
    format: "mcpServers",
    hearsListChanges: true,
    // Its user file holds much else, so `claude mcp add-json` writes it: see `src/node/hostFiles/claudeCode.ts`.
    file: { user: [["claudeFolder", ".claude.json"]], workspace: [["workspace", ".mcp.json"]] },
    signs: [
      ["claudeFolder", ".claude.json"],
      ["home", ".claude"],
    ],
  },
  {
    id: "codex",
    title: "Codex",
    format: "codex",
    hearsListChanges: true,
    readsAtStart: true,
    file: { user: [["codexFolder", "config.toml"]], workspace: [["workspace", ".codex", "config.toml"]] },
  },
  {
    id: "copilot-cli",
    title: "GitHub Copilot CLI",
    format: "copilotCli",
    hearsListChanges: true,
    readsAtStart: true,
    file: {
      user: [["home", ".copilot", "mcp-config.json"]],
      workspace: [["workspace", ".github", "mcp.json"]],
    },
  },
  {
    id: "gemini-cli",
    title: "Gemini CLI",
    format: "mcpServers",
    hearsListChanges: true,
    readsAtStart: true,
    // It refuses what could change how a program runs (`BLOCKED_EXECUTION_ENVS` of 0.61.0).
    wantsNode: true,
    file: {
      user: [["home", ".gemini", "settings.json"]],
      workspace: [["workspace", ".gemini", "settings.json"]],
    },
    // Antigravity has its files in the same folder.
    signs: [
      ["home", ".gemini", "settings.json"],
      ["home", ".gemini", "installation_id"],
    ],
  },
  {
    id: "claude-desktop",
    title: "Claude Desktop",
    format: "mcpServers",
    hearsListChanges: true,
    readsAtStart: true,
    file: {
      user: [
        // The one from Microsoft's store sees a roaming folder of its own (anthropics/claude-code#26073).
        ["local", "Packages", "Claude_*", "LocalCache", "Roaming", "Claude", "claude_desktop_config.json"],
        ["roaming", "Claude", "claude_desktop_config.json"],
        ["support", "Claude", "claude_desktop_config.json"],
        ["config", "Claude", "claude_desktop_config.json"],
      ],
    },
  },
  {
    id: "cline",
    title: "Cline",
    format: "mcpServers",
    hearsListChanges: true,
    file: {
      user: [["userData", "globalStorage", "saoudrizwan.claude-dev", "settings", "cline_mcp_settings.json"]],
    },
  },
  {
    id: "cline-cli",
    title: "Cline CLI",
    format: "transports",
    hearsListChanges: true,
    readsAtStart: true,
    file: { user: [["home", ".cline", "data", "settings", "cline_mcp_settings.json"]] },
    signs: [["home", ".cline"]],
  },
  {
    id: "amazon-q",
    title: "Amazon Q Developer",
    format: "agent",
    hearsListChanges: true,
    file: {
      user: [
        ["home", ".aws", "amazonq", "agents", "default.json"],
        ["home", ".aws", "amazonq", "default.json"],
        ["home", ".aws", "amazonq", "mcp.json"],
      ],
    },
    signs: [["home", ".aws", "amazonq"]],
  },
  {
    id: "kiro-agents",
    title: "Kiro CLI's agent",
    format: "agent",
    hearsListChanges: true,
    readsAtStart: true,
    file: {
      user: [["home", ".kiro", "agents", "*.json"]],
      workspace: [["workspace", ".kiro", "agents", "*.json"]],
    },
  },
  {
    id: "copilot-jetbrains",
    title: "GitHub Copilot in JetBrains IDEs",
    format: "servers",
    hearsListChanges: true,
    file: {
      user: [
        ["local", "github-copilot", "intellij", "mcp.json"],
        ["config", "github-copilot", "intellij", "mcp.json"],
      ],
    },
  },
  {
    id: "jetbrains-ai",
    title: "JetBrains AI Assistant",
    format: "mcpServers",
    hearsListChanges: true,
    file: {},
    pastedAt: "Settings > Tools > AI Assistant > Model Context Protocol (MCP)",
    signs: [
      ["roaming", "JetBrains"],
      ["support", "JetBrains"],
      ["config", "JetBrains"],
    ],
  },
  {
    id: "visual-studio",
    title: "Visual Studio",
    format: "servers",
    hearsListChanges: true,
    file: { user: [["windowsHome", ".mcp.json"]] },
    signs: [
      ["windowsHome", ".mcp.json"],
      ["local", "Microsoft", "VisualStudio"],
    ],
  },
  {
    id: "zed",
    title: "Zed",
    format: "zed",
    hearsListChanges: true,
    file: {
      user: [
        ["roaming", "Zed", "settings.json"],
        ["config", "zed", "settings.json"],
      ],
      workspace: [["workspace", ".zed", "settings.json"]],
    },
  },
  {
    id: "opencode",
    title: "opencode",
    format: "opencode",
    hearsListChanges: true,
    readsAtStart: true,
    file: {
      user: [
        ["config", "opencode", "opencode.json"],
        ["config", "opencode", "opencode.jsonc"],
      ],
      workspace: [
        ["workspace", "opencode.json"],
        ["workspace", "opencode.jsonc"],
      ],
    },
  },
  {
    id: "antigravity",
    title: "Antigravity",
    format: "mcpServers",
    hearsListChanges: true,
    file: {
      user: [
        ["home", ".gemini", "config", "mcp_config.json"],
        ["home", ".gemini", "antigravity", "mcp_config.json"],
        ["home", ".gemini", "antigravity-cli", "mcp_config.json"],
      ],
      workspace: [["workspace", ".agents", "mcp_config.json"]],
    },
    signs: [
      ["home", ".gemini", "config"],
      ["home", ".gemini", "antigravity"],
      ["home", ".gemini", "antigravity-cli"],
    ],
  },
  {
    id: "lm-studio",
    title: "LM Studio",
    format: "mcpServers",
    hearsListChanges: true,
    file: {
      user: [
        ["home", ".lmstudio", "mcp.json"],
        ["home", ".cache", "lm-studio", "mcp.json"],
      ],
    },
  },
  {
    id: "vscode",
    title: "VS Code's mcp.json",
    format: "servers",
    hearsListChanges: true,
    file: { user: [["userData", "mcp.json"]], workspace: [["workspace", ".vscode", "mcp.json"]] },
  },
];

/** A file that the person chose, in the form that most programs read. */
export const genericHost: Host = {
  id: "generic",
  title: "Another file",
  format: "mcpServers",
  hearsListChanges: true,
  file: {},
};

export const hostOf = (id: HostId): Host => hosts.find((host) => host.id === id) ?? genericHost;
