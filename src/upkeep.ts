// The bundle of what keeps house: hosts' files with our entries, and what mcp-remote left in them. It is loaded with the
// first command that concerns them.
export { createUpkeep } from "./vscode/commands/upkeep.ts";
