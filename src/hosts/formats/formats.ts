import type { HostFileFormat } from "./format.ts";
import { jsonServers } from "./jsonServers.ts";

/** Every format, by the name that the table of hosts has for it. */
const formats = {
  mcpServers: jsonServers({ rootKey: "mcpServers" }),
  // VS Code starts a program only where the entry has this type.
  servers: jsonServers({ rootKey: "servers", type: "stdio" }),
} as const satisfies Readonly<Record<string, HostFileFormat>>;

export type FormatName = keyof typeof formats;

/** What reads and changes the file of a host. */
export const formatOf = ({ format }: { readonly format: FormatName }): HostFileFormat => formats[format];
