// What few people need at any time, as a bundle of its own that is loaded when somebody asks for it: the rules for tokens
// and the providers' words for Explain Access, the pages that end a sign-in, the diagnostics, and what mcp-remote leaves
// behind.
export { readAuthorizer } from "./core/authorizer/readAuthorizer.ts";
export { accessReportPage } from "./core/diagnosis/accessReportPage.ts";
export { accessReportText } from "./core/diagnosis/accessReportText.ts";
export { diagnosticsText } from "./core/diagnosis/diagnosticsText.ts";
export { explainAccess } from "./core/diagnosis/explainAccess.ts";
export { revokeCachedSignIn } from "./core/mcpRemote/cachedSignIn.ts";
export { clearedText } from "./core/mcpRemote/clearedText.ts";
export { importText } from "./core/mcpRemote/importText.ts";
export { readMcpRemoteEntry } from "./core/mcpRemote/mcpRemoteEntry.ts";
export { landingPageHtml, landingPagePolicy } from "./node/landingPage.ts";
export { deleteMcpRemoteCache, findMcpRemoteCaches, mcpRemoteFolders } from "./node/mcpRemoteCache.ts";
