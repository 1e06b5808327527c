// The second bundle: the MCP SDK is large, so that it is loaded with the first connection and never at activation.
// So are the rules for tokens and the providers' words, which Explain Access needs.
export { readAuthorizer } from "./core/authorizer/readAuthorizer.ts";
export { accessReportPage } from "./core/diagnosis/accessReportPage.ts";
export { accessReportText } from "./core/diagnosis/accessReportText.ts";
export { explainAccess } from "./core/diagnosis/explainAccess.ts";
export { Relay, type RelayTarget, type RelayWorld } from "./core/relay/relay.ts";
export { checkToolArguments } from "./core/relay/toolArguments.ts";
