// The second bundle: the MCP SDK is large, so that it is loaded with the first connection and never at activation.
export { Relay, type RelayTarget, type RelayWorld } from "./relay/relay.ts";
export { checkToolArguments } from "./relay/toolArguments.ts";
export { fieldValue, toolForm } from "./relay/toolForm.ts";
