import { partLoaded } from "../../failures/partLoaded.ts";
import { agentServers } from "./agentServers.ts";
import { copilotCliShape, opencodeShape, transportShape, typedShape, zedShape } from "./entryShape.ts";
import type { HostFileFormat } from "./format.ts";
import { jsonServers } from "./jsonServers.ts";

/** Every format, by the name that the table of hosts has for it. */
const formats = {
  mcpServers: jsonServers({ rootKey: "mcpServers" }),
  servers: jsonServers({ rootKey: "servers", shape: typedShape }),
  transports: jsonServers({ rootKey: "mcpServers", shape: transportShape }),
  copilotCli: jsonServers({ rootKey: "mcpServers", shape: copilotCliShape }),
  opencode: jsonServers({ rootKey: "mcp", shape: opencodeShape }),
  zed: jsonServers({ rootKey: "context_servers", shape: zedShape }),
  agent: agentServers,
  codex: () => import("./toml/tomlServers.ts").then(({ codexServers }) => codexServers),
} as const satisfies Readonly<Record<string, HostFileFormat | (() => Promise<HostFileFormat>)>>;

export type FormatName = keyof typeof formats;

/** The bundle with what reads TOML, see `scripts/build.ts`. */
const tomlBundle = "toml.cjs";

/**
 * What reads and changes the file of a host.
 *
 * @throws GatewayFailure `part_not_loaded`
 */
export async function formatOf({ format: name }: { readonly format: FormatName }): Promise<HostFileFormat> {
  const format = formats[name];
  return typeof format === "function" ? await partLoaded(format(), tomlBundle) : format;
}
