// The second bundle: the MCP SDK is large, so that it is loaded with the first connection and never at activation.
// So is what few people need at any time: the rules for tokens and the providers' words for Explain Access, and the
// options of mcp-remote for its import.
export { readAuthorizer } from "./core/authorizer/readAuthorizer.ts";
export { accessReportPage } from "./core/diagnosis/accessReportPage.ts";
export { accessReportText } from "./core/diagnosis/accessReportText.ts";
export { explainAccess } from "./core/diagnosis/explainAccess.ts";
export { importText } from "./core/mcpRemote/importText.ts";
export { readMcpRemoteEntry } from "./core/mcpRemote/mcpRemoteEntry.ts";
export { Relay, type RelayTarget, type RelayWorld } from "./core/relay/relay.ts";
export { checkToolArguments } from "./core/relay/toolArguments.ts";
