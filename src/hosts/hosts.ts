/** The programs that read MCP servers from a file. */
export type HostId = "kiro" | "vscode" | "cursor" | "windsurf" | "claude-code" | "generic";

export type HostScope = "user" | "workspace";

/** Where things are on this machine. */
export interface HostLocations {
  readonly platform: string;
  readonly home: string;
  /** The editor's folder of user data, where VS Code keeps its profile. */
  readonly userData?: string | undefined;
  readonly workspace?: string | undefined;
  /** Where `CLAUDE_CONFIG_DIR` moves Claude Code's own file to. */
  readonly claudeFolder?: string | undefined;
}

export interface Host {
  readonly id: HostId;
  readonly title: string;
  /** The key of the object that holds the servers. */
  readonly rootKey: "mcpServers" | "servers";
  /** VS Code wants to be told that an entry is a program. */
  readonly typed: boolean;
  /** Whether it takes in a changed list of tools; one that does not has to connect anew. */
  readonly hearsListChanges: boolean;
  /** The path of its file, in steps from a place; undefined where it has none of that scope. */
  readonly file: Readonly<Partial<Record<HostScope, (locations: HostLocations) => readonly string[] | undefined>>>;
}

const inHome =
  (...steps: readonly string[]) =>
  ({ home }: HostLocations) => [home, ...steps];
const inWorkspace =
  (...steps: readonly string[]) =>
  ({ workspace }: HostLocations) =>
    workspace === undefined ? undefined : [workspace, ...steps];

/** Every host, the most wanted first. The sources are each vendor's documentation of its configuration file. */
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
    // Its file of the user scope holds much else: `claude mcp add-json` writes it, see `src/node/hostFiles/claudeCode.ts`.
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

/** A file that the person chose, in the form most programs read. */
export const genericHost: Host = {
  id: "generic",
  title: "Another file",
  rootKey: "mcpServers",
  typed: false,
  hearsListChanges: true,
  file: {},
};

export const hostOf = (id: HostId): Host => hosts.find((host) => host.id === id) ?? genericHost;

/** The path of a host's file, or undefined where it has none there. */
export function hostFilePath(host: Host, scope: HostScope, locations: HostLocations): string | undefined {
  return host.file[scope]?.(locations)?.join(locations.platform === "win32" ? "\\" : "/");
}

/**
 * The host that this editor is, where it is one that ignores what extensions register: Kiro calls the provider and throws
 * its answer away, so that only its name tells.
 *
 * @param appName `vscode.env.appName`
 */
export function hostOfEditor(appName: string): Host | undefined {
  const name = appName.toLowerCase();
  return hosts.find(({ id }) => id !== "vscode" && id !== "claude-code" && name.includes(id));
}
