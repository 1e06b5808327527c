// The bundle of what a person waits for: the flows of sign-in with the pages that end one, Explain Access with the rules for
// tokens and every provider's words, diagnostics, and what mcp-remote leaves behind. It is loaded with the first of them.
export { readAuthorizer } from "./agentcore/authorizer/readAuthorizer.ts";
export { accessReportPage } from "./diagnosis/accessReportPage.ts";
export { accessReportText } from "./diagnosis/accessReportText.ts";
export { diagnosticsText } from "./diagnosis/diagnosticsText.ts";
export { explainAccess } from "./diagnosis/explainAccess.ts";
export { failureText } from "./failures/failureText.ts";
export { clearedText, revokeCachedSignIn } from "./hosts/mcpRemote/cachedSignIn.ts";
export { importText, readMcpRemoteEntry } from "./hosts/mcpRemote/mcpRemoteEntry.ts";
export { deleteMcpRemoteCache, findMcpRemoteCaches, mcpRemoteFolders } from "./node/hostFiles/mcpRemoteCache.ts";
export { landingPageHtml, landingPagePolicy } from "./node/redirect/landingPage.ts";
export { signInByFlow } from "./oauth/signIn/signInByFlow.ts";
