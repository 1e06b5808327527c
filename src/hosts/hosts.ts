import type { FormatName } from "./formats/formats.ts";

/** The hosts we know, as the list of written entries names them too; `generic` is any file that a person chose. */
export const hostIds = ["kiro", "vscode", "cursor", "windsurf", "claude-code", "generic"] as const;

export type HostId = (typeof hostIds)[number];

export type HostScope = "user" | "workspace";

/** The folders of this machine from which hosts derive the paths of their files. */
export interface MachineFolders {
  readonly platform: string;
  readonly home: string;
  /** The editor's user data folder, where VS Code keeps its profile. */
  readonly userData?: string | undefined;
  /** The folder of Claude Code's own file, when `CLAUDE_CONFIG_DIR` names one. */
  readonly claudeFolder?: string | undefined;
}

export interface HostFolders extends MachineFolders {
  readonly workspace?: string | undefined;
}

/** The path of a file: the folder it is in, then the steps to it. */
type FilePath = readonly [folder: "home" | "userData" | "claudeFolder" | "workspace", ...steps: readonly string[]];

export interface Host {
  readonly id: HostId;
  readonly title: string;
  /** How its file names the servers. */
  readonly format: FormatName;
  /** Whether it follows changes to the list of tools; a host that does not has to reconnect. */
  readonly hearsListChanges: boolean;
  /** Its files; absent where it has none of that scope. */
  readonly file: Readonly<Partial<Record<HostScope, FilePath>>>;
}

/** A file that a host reads its servers from. */
export interface HostFile {
  readonly host: Host;
  readonly path: string;
}

/** Every host, the most wanted first. The source for each is its vendor's documentation of the file. */
export const hosts: readonly Host[] = [
  {
    id: "kiro",
    title: "Kiro",
    format: "mcpServers",
    hearsListChanges: false,
    file: {
      user: ["home", ".kiro", "settings", "mcp.json"],
      workspace: ["workspace", ".kiro", "settings", "mcp.json"],
    },
  },
  {
    id: "cursor",
    title: "Cursor",
    format: "mcpServers",
    hearsListChanges: true,
    file: { user: ["home", ".cursor", "mcp.json"], workspace: ["workspace", ".cursor", "mcp.json"] },
  },
  {
    id: "windsurf",
    title: "Windsurf",
    format: "mcpServers",
    hearsListChanges: true,
    file: { user: ["home", ".codeium", "windsurf", "mcp_config.json"] },
  },
  {
    id: "claude-code",
    title: "Claude Code",
    format: "mcpServers",
    hearsListChanges: true,
    // Its user file holds much else, so `claude mcp add-json` writes it: see `src/node/hostFiles/claudeCode.ts`.
    file: {
      user: ["claudeFolder", ".claude.json"],
      workspace: ["workspace", ".mcp.json"],
    },
  },
  {
    id: "vscode",
    title: "VS Code's mcp.json",
    format: "servers",
    hearsListChanges: true,
    file: {
      user: ["userData", "mcp.json"],
      workspace: ["workspace", ".vscode", "mcp.json"],
    },
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

/** The path of a host's file; undefined when it has none of that scope, or the folder is not known. */
export function hostFilePath(host: Host, scope: HostScope, folders: HostFolders): string | undefined {
  const [from, ...steps] = host.file[scope] ?? [];
  const folder = from && (folders[from] ?? (from === "claudeFolder" ? folders.home : undefined));
  return folder && [folder, ...steps].join(folders.platform === "win32" ? "\\" : "/");
}

/**
 * The host that this editor is, when it ignores the MCP servers that extensions register. Kiro calls the provider and
 * discards its answer, so only the editor's name tells.
 *
 * @param appName `vscode.env.appName`
 */
export function hostOfEditor(appName: string): Host | undefined {
  const name = appName.toLowerCase();
  return hosts.find(({ id }) => id !== "vscode" && id !== "claude-code" && name.includes(id));
}
