// What few people need at any time, as a bundle of its own that is loaded when somebody asks for it: the rules for tokens
// and the providers' words for Explain Access, the pages that end a sign-in, the diagnostics, and what mcp-remote leaves
// behind.
export { readAuthorizer } from "./agentcore/authorizer/readAuthorizer.ts";
export { accessReportPage } from "./diagnosis/accessReportPage.ts";
export { accessReportText } from "./diagnosis/accessReportText.ts";
export { diagnosticsText } from "./diagnosis/diagnosticsText.ts";
export { explainAccess } from "./diagnosis/explainAccess.ts";
export { clearedText, revokeCachedSignIn } from "./hosts/mcpRemote/cachedSignIn.ts";
export { importText, readMcpRemoteEntry } from "./hosts/mcpRemote/mcpRemoteEntry.ts";
export { deleteMcpRemoteCache, findMcpRemoteCaches, mcpRemoteFolders } from "./node/hostFiles/mcpRemoteCache.ts";
export { landingPageHtml, landingPagePolicy } from "./node/redirect/landingPage.ts";
