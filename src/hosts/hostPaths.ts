export type HostScope = "user" | "workspace";

/** The folders of this machine from which hosts derive the paths of their files. */
export interface MachineFolders {
  readonly platform: string;
  readonly home: string;
  /** The editor's user data folder, where VS Code keeps its profile. */
  readonly userData?: string | undefined;
  /** The folder of Claude Code's own file, when `CLAUDE_CONFIG_DIR` names one. */
  readonly claudeFolder?: string | undefined;
  /** Codex's folder, when `CODEX_HOME` names one. */
  readonly codexFolder?: string | undefined;
  /** The folder of settings, when `XDG_CONFIG_HOME` names one. */
  readonly configFolder?: string | undefined;
  /** Windows' folder of settings that follow a person, when `APPDATA` names one. */
  readonly roamingFolder?: string | undefined;
  /** Windows' folder of what stays on this computer, when `LOCALAPPDATA` names one. */
  readonly localFolder?: string | undefined;
}

export interface HostFolders extends MachineFolders {
  readonly workspace?: string | undefined;
}

/** The variables of the environment that move folders. */
export const foldersOf = (env: Readonly<Record<string, string | undefined>>) => ({
  claudeFolder: env.CLAUDE_CONFIG_DIR,
  codexFolder: env.CODEX_HOME,
  configFolder: env.XDG_CONFIG_HOME,
  roamingFolder: env.APPDATA,
  localFolder: env.LOCALAPPDATA,
});

const joined = (platform: string, ...parts: readonly string[]) => parts.join(platform === "win32" ? "\\" : "/");

const onWindows = ({ platform, home }: MachineFolders, named: string | undefined, kind: string) =>
  platform === "win32" ? named || joined(platform, home, "AppData", kind) : undefined;

/** Where paths begin; undefined where this machine has no such folder. An empty variable names none. */
const folders = {
  home: ({ home }) => home,
  windowsHome: ({ platform, home }) => (platform === "win32" ? home : undefined),
  workspace: ({ workspace }) => workspace,
  userData: ({ userData }) => userData,
  claudeFolder: ({ claudeFolder, home }) => claudeFolder || home,
  codexFolder: ({ codexFolder, home, platform }) => codexFolder || joined(platform, home, ".codex"),
  config: ({ configFolder, home, platform }) => configFolder || joined(platform, home, ".config"),
  support: ({ platform, home }) =>
    platform === "darwin" ? joined(platform, home, "Library", "Application Support") : undefined,
  roaming: (machine) => onWindows(machine, machine.roamingFolder, "Roaming"),
  local: (machine) => onWindows(machine, machine.localFolder, "Local"),
} as const satisfies Readonly<Record<string, (machine: HostFolders) => string | undefined>>;

/** The folder a path begins in, then the steps to it. A step with `*` stands for every name that it fits. */
export type HostPath = readonly [folder: keyof typeof folders, ...steps: readonly string[]];

/** The path on this machine; undefined where it has no such folder. */
export function pathOn(machine: HostFolders, [from, ...steps]: HostPath): string | undefined {
  const folder = folders[from](machine);
  return folder === undefined ? undefined : joined(machine.platform, folder, ...steps);
}

/** Where a host may have its files, the likeliest of each scope first. */
export type HostFilePaths = Readonly<Partial<Record<HostScope, readonly HostPath[]>>>;

/** The path of a host's file where it has none yet; undefined when it has no file of that scope here. */
export function hostFilePath(
  { file }: { readonly file: HostFilePaths },
  scope: HostScope,
  machine: HostFolders,
): string | undefined {
  for (const path of file[scope] ?? []) {
    const found = path.some((step) => step.includes("*")) ? undefined : pathOn(machine, path);
    if (found !== undefined) return found;
  }
  return undefined;
}
