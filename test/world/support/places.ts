import type { kinds } from "./rows.ts";

/** Where a kind of fault was mended: what is declared there, and what it holds for everybody who takes it. */
export interface Place {
  readonly file: string;
  readonly name: string;
  readonly holds: string;
}

const at = (file: string, name: string, holds: string): Place => ({ file, name, holds });

/** The places of each kind, where its siblings were found. A row names one member; these are for all of them. */
export const places: Readonly<Record<keyof typeof kinds, readonly Place[]>> = {
  1: [
    at("src/oauth/tokens/renewalRefusal.ts", "finalRefusal", "every refusal of a renewal that is for good"),
    at(
      "src/oauth/tokens/unknownClient.ts",
      "isUnknownClient",
      "a client that is forgotten: renewal, code, device, end",
    ),
    at("src/mcp/lostSession.ts", "lostSession", "a session that is lost, for relay and local gateway"),
    at("src/mcp/negotiateEra.ts", "negotiateEra", "a server of the earlier era, at a gateway and at a target"),
    at("src/relay/endedToken.ts", "EndedTokenWords", "a token that has ended, by whatever status it is said"),
    at("src/mcp/pages.ts", "allPages", "the end of a list"),
    at("src/lib/isOutdatedTransport.ts", "isOutdatedTransport", "a server of 2024-11-05"),
    at("src/oauth/tokens/tokenAnswer.ts", "tokenAnswer", "an error with any status, and members by other names"),
    at("src/oauth/discovery/probeGateway.ts", "probeGateway", "whether a sign-in is asked for, be it with 401 or 403"),
  ],
  2: [
    at("src/relay/authorizedFetch.ts", "authorizedFetch", "a gateway that was open and asks for a token"),
    at(
      "src/connections/signIn/changedSignIn.ts",
      "changedSignIn",
      "an issuer that changed, in editor, bridge and standalone",
    ),
    at("src/connections/signIn/agreedIssuer.ts", "mayFollow", "who may follow to another issuer, and who never does"),
    at("src/connections/signIn/signingIn.ts", "SigningIn", "the same while a gateway is being connected"),
    at("src/standalone/sharedSignIn.ts", "SharedSignIn", "the same without an editor"),
    at("src/oauth/signIn/keptRegistration.ts", "forgetRegistration", "a registration that is gone"),
    at("src/gateway/router/targetLink.ts", "targetLink", "the era of a target"),
    at(
      "src/gateway/commandLine/runningGateway.ts",
      "runGateway",
      "a file that is replaced, and an audit that is rotated",
    ),
    at("src/agentcore/authorizer/signingKeys.ts", "signingKeys", "a key that changed under its id"),
    at("src/connections/signOut/signOutMarks.ts", "signOutMark", "a sign-in that began before a sign-out"),
    at("src/standalone/hostStream.ts", "HostStream", "a process that its host only asks what it speaks"),
  ],
  3: [
    at("src/oauth/tokens/tokenAnswer.ts", "deviceAnswer", "optional members of token and device answers"),
    at("src/oauth/tokens/idToken.ts", "readTokens", "names of an ID token; tokens are kept first"),
    at("src/oauth/discovery/issuerOfMetadata.ts", "issuerOfMetadata", "an issuer that is named by its metadata"),
    at("src/oauth/discovery/usableMetadata.ts", "usableMetadata", "endpoints that an act does not need"),
    at("src/oauth/discovery/fetchMetadata.ts", "fetchMetadata", "white space round what metadata says"),
    at("src/oauth/discovery/keptMetadata.ts", "keptMetadata", "members of metadata of another type"),
    at("src/oauth/signIn/registration.ts", "register", "what a registration can do without"),
    at("src/mcp/usableToolResult.ts", "usableToolResult", "results of tools, at a gateway and at a target"),
    at("src/mcp/tellsAll.ts", "tellsAll", "what a server says without having declared that it does, at every front"),
    at("src/mcp/usableMembers.ts", "usableMembers", "members of items, each of its type"),
    at("src/mcp/readableSchema.ts", "isReadableSchema", "schemas of results, of which hosts make validators"),
    at("src/mcp/usableItems.ts", "usableItems", "items of a list, at a gateway and at a target"),
    at("src/mcp/usableAnswer.ts", "usableAnswer", "envelopes of answers, at a gateway, at a target and at a host"),
    at(
      "src/mcp/withAssumedTools.ts",
      "withAssumedTools",
      "tools that nobody has announced, at a gateway and at a target",
    ),
    at(
      "src/mcp/usableIntroduction.ts",
      "usableIntroduction",
      "what a server says of itself, at a gateway and at a target",
    ),
    at("src/mcp/postedAnswer.ts", "postedAnswer", "the content type of an answer, be it JSON or events"),
    at(
      "src/oauth/discovery/protectedResource.ts",
      "findProtectedResource",
      "one text where a list belongs, and a list of one",
    ),
    at("src/mcp/stickyCookies.ts", "withStickyCookies", "cookies of balancers, at a gateway and at a target"),
    at("src/mcp/namedEvent.ts", "messageOfNamedEvent", "the name of an event, at a gateway and at a target"),
    at("src/mcp/wire/eventStream.ts", "EventStream", "the end of a stream behind an answer"),
    at("src/oauth/identityProviders/entraTenants.ts", "isOfManyTenants", "an issuer with its tenant left open"),
    at("src/oauth/identityProviders/otherName.ts", "isOtherNameOf", "an issuer that has another name in its metadata"),
    at("src/agentcore/authorizer/signingKeys.ts", "signingKeys", "keys that are none, beside others"),
  ],
  4: [
    at("src/lib/withinOrigin.ts", "withinOrigin", "redirects, for whatever is asked of a server"),
    at("src/oauth/tokens/presentToken.ts", "presentToken", "how a token is presented"),
    at(
      "src/oauth/tokens/clientAuthentication.ts",
      "clientAuthentication",
      "how a client proves itself, at each endpoint",
    ),
    at("src/oauth/tokens/tokenManager.ts", "TokenManager", "renewals with scopes and without"),
    at("src/connections/discovery/authorizationServerOf.ts", "firstToServe", "several authorization servers, in turn"),
    at("src/connections/gatewayUrl.ts", "gatewayCandidates", "the addresses that a typed one may mean"),
    at("src/gateway/router/busyText.ts", "toldWhenBusy", "Retry-After of targets, as of gateways"),
    at("src/lib/causes.ts", "causesOf", "what caused an error"),
  ],
  5: [
    at("src/relay/editorList.ts", "editorList", "a list that could not be had"),
    at("src/relay/returnWatch.ts", "ReturnWatch", "a gateway that is back"),
    at("src/gateway/router/mergedLists.ts", "mergedLists", "the lists of targets, and what was left out"),
    at("src/lib/withinOrigin.ts", "redirectPlace", "where a redirect leads that is not followed"),
    at("src/lib/quotedText.ts", "reasonIn", "the reason in an answer, wherever its server puts it"),
    at("src/oauth/discovery/challenge.ts", "refusalWords", "the reason beside a token that is refused"),
    at("src/oauth/tokens/providerWords.ts", "bodyWords", "the reason of a provider, or of what is in front of it"),
    at("src/lib/unexpectedError.ts", "unexpectedFacts", "an exception that nobody foresaw, in each program"),
    at("src/agentcore/authorizer/outage.ts", "outage", "an issuer that cannot be asked"),
    at("src/gateway/audit/auditFile.ts", "auditFile", "an audit that is not written"),
    at("src/gateway/configuration/environment.ts", "otherReferences", "references of other products in a file"),
  ],
  6: [
    at("src/mcp/followStream.ts", "followStream", "how often the stream of a server is opened again"),
    at("src/lib/limits.ts", "requestPolicies", "bytes, time and redirects of whatever is asked"),
    at("src/mcp/wire/scanMessage.ts", "scanMessage", "bytes and depth of MCP's messages, while they are read"),
    at("src/lib/retryAfter.ts", "whenReady", "how long a busy server is waited for"),
    at("src/system/environmentProxy.ts", "proxyFor", "the environment's proxies, for each program"),
    at("src/system/environmentFetch.ts", "environmentFetch", "no time limit of a library on a call"),
    at("src/node/redirect/openBrowser.ts", "browserCommands", "which browser opens a page"),
    at("src/mcp/elicitationUrls.ts", "refuseUnsafeUrl", "addresses that a server wants to be opened"),
    at("src/mcp/callerSessions.ts", "CallerSessions", "sessions that callers open"),
    at("src/gateway/toolCallCounts.ts", "toolCallCounts", "names that callers make up"),
  ],
  7: [
    at("src/standalone/terminalWords.ts", "terminalWords", "no commands of an editor in a terminal"),
    at("src/failures/wording.ts", "withWords", "whose words they are"),
    at("src/oauth/discovery/networkFailure.ts", "gatewayNetworkFailure", "whose network, certificate or proxy it was"),
    at("src/oauth/tokens/account.ts", "isNamed", "nobody is called unknown"),
    at("src/relay/gatewayError.ts", "gatewayError", "a revision, a page or a silence is told as that"),
    at(
      "src/standalone/patientAccess.ts",
      "patientAccess",
      "why a first sign-in failed, for the list that waits for it",
    ),
    at("src/gateway/router/openTransport.ts", "openTransport", "a folder that is not there"),
    at("src/standalone/exitCode.ts", "exitCodeOf", "who has to do something, for scripts"),
  ],
  8: [
    at("src/relay/catalogueKeeper.ts", "CatalogueKeeper", "what is kept of a gateway's lists"),
    at(
      "src/gateway/commandLine/configurationFile.ts",
      "readConfigurationFile",
      "a file that is emptied before it is written",
    ),
    at("src/relay/givenLists.ts", "GivenLists", "news of lists that are the same"),
  ],
  9: [
    at("test/support/programs.ts", "program", "flows and rows start the bundles that ship"),
    at("test/support/bundleHost.ts", "startBundleHost", "the extension's bundles, in an editor that notes"),
    at("test/support/uses/uses.ts", "uses", "every option, command and setting, in what ships"),
    at("test/support/conformance/standaloneProgram.ts", "standaloneProgram", "the official suites, with both SDKs"),
    at("test/support/conformance/bridgeProgram.ts", "bridgeProgram", "the same through bridge and relay"),
    at("test/support/windows/runWindowsTests.ts", "runWindowsTests", "the programs in Windows' own Node"),
  ],
  10: [
    at(
      "src/node/redirect/loopbackRedirect.ts",
      "loopbackRedirect",
      "whoever connects to the way back from the browser",
    ),
    at("src/system/readRegularFile.ts", "readRegularFile", "files that are none, and links in circles"),
    at("src/mcp/answerTo.ts", "answerTo", "an answer that does not come, or under another id"),
    at("src/node/bridge/bridgeDoor.ts", "admitBridge", "whoever connects to the window's socket"),
    at("src/relay/answersInTime.ts", "AnswersInTime", "a call that waits for a person"),
    at("src/gateway/http/httpServer.ts", "startHttpServer", "whoever connects to the local gateway"),
  ],
};
