import type { HostId } from "./hostId.ts";

export type HostScope = "user" | "workspace";

/** The folders of this machine from which hosts derive the paths of their files. */
export interface HostLocations {
  readonly platform: string;
  readonly home: string;
  /** The editor's user data folder, where VS Code keeps its profile. */
  readonly userData?: string | undefined;
  readonly workspace?: string | undefined;
  /** The folder of Claude Code's own file, when `CLAUDE_CONFIG_DIR` names one. */
  readonly claudeFolder?: string | undefined;
}

export interface Host {
  readonly id: HostId;
  readonly title: string;
  /** The key of the object that holds the servers. */
  readonly rootKey: "mcpServers" | "servers";
  /** Whether an entry needs `"type": "stdio"`, as in VS Code. */
  readonly typed: boolean;
  /** Whether it follows changes to the list of tools; a host that does not has to reconnect. */
  readonly hearsListChanges: boolean;
  /** The path of its file, in steps from one of the folders; undefined when it has no file of that scope. */
  readonly file: Readonly<Partial<Record<HostScope, (locations: HostLocations) => readonly string[] | undefined>>>;
}

const inHome =
  (...steps: readonly string[]) =>
  ({ home }: HostLocations) => [home, ...steps];
const inWorkspace =
  (...steps: readonly string[]) =>
  ({ workspace }: HostLocations) =>
    workspace === undefined ? undefined : [workspace, ...steps];

/** Every host, the most wanted first. The source for each is its vendor's documentation of the file. */
export const hosts: readonly Host[] = [
  {
    id: "kiro",
    title: "Kiro",
    rootKey: "mcpServers",
    typed: false,
    hearsListChanges: false,
    file: { user: inHome(".kiro", "settings", "mcp.json"), workspace: inWorkspace(".kiro", "settings", "mcp.json") },
  },
  {
    id: "cursor",
    title: "Cursor",
    rootKey: "mcpServers",
    typed: false,
    hearsListChanges: true,
    file: { user: inHome(".cursor", "mcp.json"), workspace: inWorkspace(".cursor", "mcp.json") },
  },
  {
    id: "windsurf",
    title: "Windsurf",
    rootKey: "mcpServers",
    typed: false,
    hearsListChanges: true,
    file: { user: inHome(".codeium", "windsurf", "mcp_config.json") },
  },
  {
    id: "claude-code",
    title: "Claude Code",
    rootKey: "mcpServers",
    typed: false,
    hearsListChanges: true,
    // Its user file holds much else, so `claude mcp add-json` writes it: see `src/node/hostFiles/claudeCode.ts`.
    file: {
      user: ({ home, claudeFolder }) => [claudeFolder ?? home, ".claude.json"],
      workspace: inWorkspace(".mcp.json"),
    },
  },
  {
    id: "vscode",
    title: "VS Code's mcp.json",
    rootKey: "servers",
    typed: true,
    hearsListChanges: true,
    file: {
      user: ({ userData }) => (userData === undefined ? undefined : [userData, "mcp.json"]),
      workspace: inWorkspace(".vscode", "mcp.json"),
    },
  },
];

/** A file that the person chose, in the form that most programs read. */
export const genericHost: Host = {
  id: "generic",
  title: "Another file",
  rootKey: "mcpServers",
  typed: false,
  hearsListChanges: true,
  file: {},
};

export const hostOf = (id: HostId): Host => hosts.find((host) => host.id === id) ?? genericHost;

/** The path of a host's file; undefined when it has none of that scope. */
export function hostFilePath(host: Host, scope: HostScope, locations: HostLocations): string | undefined {
  return host.file[scope]?.(locations)?.join(locations.platform === "win32" ? "\\" : "/");
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
