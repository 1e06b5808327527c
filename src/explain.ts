// The bundle of Explain Access with the rules for tokens and every provider's words, of the pages that end a sign-in, of
// diagnostics and of what mcp-remote leaves behind, loaded when somebody asks for one of them.
export { readAuthorizer } from "./agentcore/authorizer/readAuthorizer.ts";
export { accessReportPage } from "./diagnosis/accessReportPage.ts";
export { accessReportText } from "./diagnosis/accessReportText.ts";
export { bothLanguages } from "./diagnosis/bothLanguages.ts";
export { diagnosticsText } from "./diagnosis/diagnosticsText.ts";
export { explainAccess } from "./diagnosis/explainAccess.ts";
export { keptReport, lastingReport } from "./diagnosis/lastingReport.ts";
export { failureText } from "./failures/failureText.ts";
export { clearedText, revokeCachedSignIn } from "./hosts/mcpRemote/cachedSignIn.ts";
export { importText } from "./hosts/mcpRemote/importText.ts";
export { readMcpRemoteEntry } from "./hosts/mcpRemote/mcpRemoteEntry.ts";
export { deleteMcpRemoteCache, findMcpRemoteCaches, mcpRemoteFolders } from "./node/hostFiles/mcpRemoteCache.ts";
export { landingPages } from "./node/redirect/landingPage.ts";
