/** The hosts we know, as the list of written entries names them too; `generic` is any file that a person chose. */
export const hostIds = ["kiro", "vscode", "cursor", "windsurf", "claude-code", "generic"] as const;

export type HostId = (typeof hostIds)[number];
