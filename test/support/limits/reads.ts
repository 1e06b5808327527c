import type { Bounded } from "./placesIn.ts";

/** Everything by which something is read whole, or as it comes. */
export const readPatterns: Readonly<Record<string, RegExp>> = {
  "text()": /\.text\(\)/,
  "json()": /\.json\(\)/,
  "bytes()": /\.(?:arrayBuffer|blob|formData|bytes)\(\)/,
  readFile: /\b(?:readFile|readFileSync)\(/,
  "for await": /\bfor await \(/,
  'on("data")': /\.(?:on|once|addListener)\(\s*"(?:data|line|readable)"/,
  "Buffer.concat": /\bBuffer\.concat\(/,
  createInterface: /\bcreateInterface\(/,
  createReadStream: /\bcreateReadStream\(/,
  getReader: /\.getReader\(/,
  readSync: /\breadSync\(/,
  exec: /(?<![.\w])(?:exec|execFile|execSync|execFileSync|spawnSync)\(/,
  createRemoteJWKSet: /\bcreateRemoteJWKSet\(/,
  "stream/consumers": /stream\/consumers/,
};

const asked: Bounded = { by: "askServer", why: "an answer that askServer reads by the policy of its kind" };
const fetched: Bounded = {
  by: "Response",
  why: "an answer that responseFetch has read by the policy of its kind, and made a Response of",
};

/** Every place where something is read, with what bounds it. */
export const boundedReads: Readonly<Record<string, Bounded>> = {
  // Answers of servers.
  "src/aws/awsIdentity.ts: json()": asked,
  "src/aws/webIdentityToken.ts: json()": asked,
  "src/diagnosis/harmlessRequest.ts: text()": asked,
  "src/gateway/commandLine/gatewayAnswer.ts: text()": asked,
  "src/oauth/clientMetadata/checkClientMetadata.ts: bytes()": asked,
  "src/oauth/discovery/probeGateway.ts: text()": asked,
  "src/oauth/discovery/fetchMetadata.ts: json()": asked,
  "src/oauth/signIn/registration.ts: text()": { ...fetched, by: "requestOptions" },
  "src/oauth/signIn/userInfo.ts: json()": asked,
  "src/oauth/workload/githubActionsToken.ts: json()": asked,
  "src/oauth/enterprise/identityExchange.ts: json()": fetched,
  "src/oauth/signIn/deviceSignIn.ts: text()": fetched,
  "src/oauth/tokens/idToken.ts: json()": fetched,
  "src/oauth/tokens/revocation.ts: text()": fetched,
  "src/oauth/tokens/tokenAnswer.ts: text()": fetched,
  "src/oauth/tokens/tokenEndpoint.ts: text()": fetched,
  "src/lib/askServer.ts: bytes()": { by: "maxBytes", why: "what bounds all the others" },
  "src/lib/askServer.ts: for await": { by: "AnswerTooLarge", why: "counted against the policy, piece by piece" },
  "src/lib/editorFetch.ts: getReader": { why: "handed on piece by piece, as the body itself would" },
  "src/lib/httpPort.ts: for await": { by: "AnswerTooLarge", why: "counted against what its caller names" },
  "src/lib/isOutdatedTransport.ts: for await": { by: "requestPolicies", why: "pieces that askServer counts" },
  "src/mcp/followStream.ts: for await": { by: "EventStream", why: "each event is bounded, and none is kept" },
  "src/connections/traffic/recordedTraffic.ts: for await": {
    by: "piece",
    why: "handed on piece by piece to a reader who counts; of what is recorded the beginning is kept",
  },
  "src/gateway/http/answerAtPath.ts: for await": {
    by: "streamed",
    why: "handed on piece by piece, and given up where the caller does not read (sendReply)",
  },
  "src/agentcore/authorizer/signature.ts: for await": { by: "keys", why: "keys of a set that was read by its policy" },
  "src/sandbox/identity/workloadAssertions.ts: json()": { by: "askServer", why: "as of any other server" },
  "src/sandbox/enterprise/authorizationServer.ts: createRemoteJWKSet": {
    by: "identityProvider",
    why: "keys of the sandbox's own other half, in the same process",
  },
  // Answers that we make ourselves.
  "src/mcp/webExchange.ts: bytes()": { why: "an answer of ours, made of what was read before" },
  "src/mcp/webExchange.ts: getReader": { why: "a stream of ours, handed on piece by piece" },
  "src/gateway/interceptors/askInterceptor.ts: Buffer.concat": { why: "an answer of ours, in its pieces" },
  "src/system/sendReply.ts: Buffer.concat": { why: "an answer of ours, in its pieces" },
  // Requests of callers.
  'src/system/nodeRequest.ts: on("data")': { by: "maxBytes", why: "what is beyond is dropped as it comes" },
  "src/system/nodeRequest.ts: Buffer.concat": { by: "maxBytes", why: "what was kept of it" },
  "src/sandbox/identity/readForm.ts: for await": { by: "MAX_FORM_BYTES", why: "counted piece by piece" },
  "src/sandbox/identity/readForm.ts: Buffer.concat": { by: "MAX_FORM_BYTES", why: "what was counted" },
  'src/sandbox/faults/faultSteps.ts: on("data")': { by: "MAX_LOOKED_AT_BYTES", why: "what is longer is put back" },
  "src/sandbox/faults/faultSteps.ts: Buffer.concat": {
    times: 2,
    by: "MAX_LOOKED_AT_BYTES",
    why: "what was looked at",
  },
  // Files.
  "src/system/readNamedFile.ts: readSync": { by: "mostBytes", why: "counted piece by piece" },
  "src/system/readNamedFile.ts: createReadStream": { by: "mostBytes", why: "counted piece by piece" },
  "src/system/readNamedFile.ts: for await": { by: "mostBytes", why: "counted piece by piece" },
  "src/system/readNamedFile.ts: Buffer.concat": { times: 2, by: "mostBytes", why: "what was counted" },
  "src/system/readRegularFile.ts: createReadStream": { by: "mostBytes", why: "ends one byte behind the bound" },
  "src/system/readRegularFile.ts: for await": { by: "mostBytes", why: "ends one byte behind the bound" },
  "src/system/readRegularFile.ts: Buffer.concat": { by: "mostBytes", why: "ends one byte behind the bound" },
  "src/gateway/audit/chainHead.ts: readFile": { by: "MAX_BYTES", why: "its size is looked at before" },
  "src/standalone/askPrivateIssuer.ts: createInterface": {
    why: "a line that a person types; call.ts asks in a terminal alone",
  },
  'src/standalone/askPrivateIssuer.ts: on("data")': {
    why: "a line that a person types; call.ts asks in a terminal alone",
  },
  "src/gateway/audit/linesIn.ts: readSync": {
    by: "AT_ONCE",
    why: "a piece at a time, and of a line up to the longest",
  },
  "src/gateway/audit/sealedLine.ts: Buffer.concat": { why: "a line of the audit, which is bounded where it is read" },
  "src/gateway/commandLine/chainKey.ts: exec": {
    by: "spawnSync",
    why: "Node ends what prints more than its maxBuffer",
  },
  "src/oauth/tokens/clientCredential.ts: readFile": { by: "places", why: "a port, which credentialPlaces bounds" },
  "src/standalone/proxyLogin.ts: readFile": { by: "places", why: "a port, which credentialPlaces bounds" },
  "src/vscode/team/readTeamFiles.ts: readFile": { by: "MOST_TEAM_FILE_BYTES", why: "its size is looked at before" },
  "src/vscode/toolPages/argumentsEditor.ts: readFile": { why: "the editor asks for a document of ours" },
  "src/vscode/toolPages/toolPages.ts: readFile": { why: "a file of the extension itself" },
  "src/standalone.ts: readFile": { why: "a file of the program itself" },
  "src/loader.ts: readFile": { why: "the program itself" },
  "src/system/compiledCode.ts: readFile": { by: "MOST_BYTES", why: "its size is looked at before" },
  "src/system/compiledCode.ts: Buffer.concat": { why: "what the engine made of a program of ours" },
  "src/node/bridge/bridgeFiles.ts: readFile": { times: 2, why: "our own programs, which are compared" },
  "src/bridge.ts: readFile": { by: "MAX_FILE_BYTES", why: "its size is looked at before" },
  // Programs and their parents.
  'src/system/lines.ts: on("data")': { by: "maxBytes", why: "the end of a longer line is dropped" },
  "src/system/lines.ts: Buffer.concat": { by: "maxBytes", why: "a line that was counted" },
  'src/system/runTool.ts: on("data")': { times: 2, by: "MAX_OUTPUT", why: "a program that prints more is ended" },
  'src/gateway/interceptors/runInterceptor.ts: on("data")': {
    times: 2,
    by: "MOST_BYTES",
    why: "a program that prints more is ended; of its complaints the end is kept",
  },
  "src/gateway/interceptors/runInterceptor.ts: Buffer.concat": { by: "MOST_BYTES", why: "what was counted" },
  'src/gateway/router/openTransport.ts: on("data")': { by: "output", why: "processOutput keeps the end" },
  'src/node/lineStream.ts: on("data")': { by: "MAX_MESSAGE_BYTES", why: "Lines bounds each" },
  'src/node/bridge/bridgeDoor.ts: on("data")': { by: "length", why: "no more than the proof has" },
  "src/node/bridge/bridgeDoor.ts: Buffer.concat": { by: "length", why: "no more than the proof has" },
  'src/bridge.ts: on("data")': { times: 3, by: "MAX_LINE_BYTES", why: "a longer line ends its stream" },
  "src/bridge.ts: Buffer.concat": { by: "MAX_LINE_BYTES", why: "a line that was counted" },
  'src/standalone/earlyAnswer.ts: on("data")': { by: "LONGEST", why: "what is longer is left to the next reader" },
  "src/standalone/earlyAnswer.ts: Buffer.concat": { by: "LONGEST", why: "what is longer is left to the next reader" },
  "src/standalone/call/readToolArguments.ts: for await": { by: "MAX_MESSAGE_BYTES", why: "counted piece by piece" },
  "src/standalone/call/readToolArguments.ts: Buffer.concat": { by: "MAX_MESSAGE_BYTES", why: "what was counted" },
  // Names of places, one after the other.
  "src/node/bridge/bridgeRuntime.ts: for await": {
    by: "findProgram",
    why: "places where a program may be, until one is",
  },
};
