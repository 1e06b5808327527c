// The bundle of the relay with the MCP SDK, loaded with the first request, or when the editor is idle and somebody has a
// connection. It is never loaded at activation.
export { ToolsOfAgents } from "./connections/toolRules/toolsOfAgents.ts";
export { failureText } from "./failures/failureText.ts";
export { Relay, type RelayTarget, type RelayWorld } from "./relay/relay.ts";
