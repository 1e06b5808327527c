import type { Rule } from "../../src/agentcore/authorizer/finding.ts";
import { type AuditFaultCode, faultText } from "../../src/gateway/audit/auditFinding.ts";
import type { InterceptorFailure } from "../../src/gateway/interceptors/interceptor.ts";

/** A code of the local gateway: what happened, and what its operator or its caller does next. */
export interface GatewayCode {
  readonly what: string;
  readonly next: string;
}

type Codes<Name extends string> = Readonly<Record<Name, GatewayCode>>;

const fault = (code: AuditFaultCode): string => {
  const at = { file: "audit.jsonl", line: 7, from: 8, to: 8 };
  return `${faultText({ code, ...at }).replace(/^.*?: \w+: /, "")}.`.replace(/^./, (letter) => letter.toUpperCase());
};

const compare =
  "Compare these files with a copy, and look who could write them since. The lines before it are as they were written.";
const away =
  "Look for a file that was moved or removed, and name it too. If there is none, lines were taken away: see who could.";

const auditFaults: Codes<AuditFaultCode> = {
  changed: { what: fault("changed"), next: compare },
  otherKey: {
    what: fault("otherKey"),
    next: "Give the key that the gateway had when it wrote this line. If it is that one, somebody without it made the line.",
  },
  missing: { what: fault("missing"), next: away },
  repeated: { what: fault("repeated"), next: "Name each file once. If each is, somebody copied the lines." },
  outOfOrder: { what: fault("outOfOrder"), next: compare },
  otherChain: {
    what: fault("otherChain"),
    next: "Look for a second gateway that wrote into the same file, or a file of another gateway among these.",
  },
  notChained: {
    what: fault("notChained"),
    next: "It was written before the chain began, or by something else than the gateway: leave files without a chain out, or see what wrote it.",
  },
  torn: {
    what: fault("torn"),
    next: "Nothing, where the gateway or the machine ended then: it goes on behind it when it starts.",
  },
  truncated: { what: fault("truncated"), next: away },
  headDiffers: {
    what: fault("headDiffers"),
    next: "Give the head that belongs to these files. If it does, their last line was replaced.",
  },
};

const noticed: Codes<string> = {
  auditInUse: {
    what: "Another gateway writes the chained audit that this one was told to write, or took it over while this one stood still.",
    next: "Stop the one whose process is named, or name another `auditFile`.",
  },
  auditNotLocked: {
    what: "The file beside the audit that keeps a second gateway from it could not be made. The audit is written.",
    next: "Make its folder writable for the gateway, or see to it that no other one writes there.",
  },
  auditNotWritten: {
    what: "The audit could not be written. Requests are refused, or lines are lost and counted, as `local.audit` says.",
    next: "Make room or make it writable, then send SIGHUP or save the gateway's file.",
  },
  auditNotRotated: {
    what: "The audit's file is full and could not be renamed. It goes on in the same file.",
    next: "Make its folder writable for the gateway; it tries again with the next lines.",
  },
  auditTruncated: {
    what: "At the start, the head of the chain knew lines that the file has not.",
    next: "Run `gateway audit --verify` with the key and the head, and look who could write the file.",
  },
  auditHeadNotWritten: {
    what: "The head of the audit's chain could not be written. The audit is.",
    next: "Make its file writable for the gateway: until then `--verify` misses no lines at the end.",
  },
  auditHeadUnreadable: {
    what: "The head that `gateway audit --verify` was given cannot be read.",
    next: "Name the file that `local.audit.chain.head` names, or `<auditFile>.head`.",
  },
  auditKeyTooShort: {
    what: "The key of the audit's chain is too short to keep anybody from finding it.",
    next: "Make one with `openssl rand -base64 32`.",
  },
};

const interceptors: Codes<InterceptorFailure["code"]> = {
  notStarted: {
    what: "The program could not be started.",
    next: "Look at `command` and `cwd` in the gateway's file: paths there begin at its folder.",
  },
  timeout: {
    what: "It did not answer in time, and was ended.",
    next: "Have it answer sooner, or raise its `timeoutMs`.",
  },
  tooLarge: {
    what: "What it was to be told, or what it answered, is larger than AWS passes to a function and back.",
    next: "Have it answer less, or take `passRequestHeaders` or the body of answers away from it.",
  },
  exit: {
    what: "It ended with another exit code than 0. What it wrote to standard error is in the log.",
    next: "Run it by itself with an event of the developer guide.",
  },
  notJson: {
    what: "What it wrote to standard output is not JSON.",
    next: "Have it write one JSON document there, and what it has to say to standard error.",
  },
  wrongForm: {
    what: "Its answer has not the form of an interceptor's output, at the place that the log names.",
    next: 'Compare it with the developer guide, "Types of interceptors".',
  },
};

const signInAgain = "Get a token from the issuer that the gateway names, for this gateway.";

const rules: Codes<Rule> = {
  token: { what: "There is no token, or it is no signed JWT.", next: "Sign in; a gateway takes no opaque tokens." },
  algorithm: {
    what: "The token is signed by an algorithm that is not asymmetric, or by none.",
    next: "Have the issuer sign with RS256, ES256 or their like.",
  },
  signature: {
    what: "No key of the issuer fits the signature.",
    next: `${signInAgain} If it is new, look at \`discoveryUrl\`.`,
  },
  issuer: { what: "`iss` is another issuer than the discovery document names, letter by letter.", next: signInAgain },
  expiry: { what: "The token is over, or has no `exp`.", next: "Renew it, and look at this computer's clock." },
  notBefore: { what: "The token is not valid yet.", next: "Look at both clocks." },
  audience: {
    what: "`aud` has none of `allowedAudience`.",
    next: "Request the token for this gateway (`resource`, or the issuer's own parameter), or add its audience there.",
  },
  client: {
    what: "`client_id` is none of `allowedClients`.",
    next: "Sign in with a client that is allowed, or add it there.",
  },
  scope: {
    what: "The token has none of `allowedScopes`, or not all that the tool needs.",
    next: "Request the scopes that the answer names.",
  },
  customClaim: {
    what: "A claim is not as `customClaims` demands.",
    next: "Have the issuer put it into tokens, or correct the rule.",
  },
  revoked: { what: "The issuer took the token back. AgentCore does not look.", next: signInAgain },
  subject: { what: "The token has no `sub`. AgentCore may accept it.", next: "Have the issuer say whose it is." },
  idToken: { what: "It is an ID token. AgentCore may accept it.", next: "Send the access token." },
  deniedToken: {
    what: "The file names this token as one that is not let in. AgentCore has no such list.",
    next: signInAgain,
  },
  introspection: { what: "The issuer says that the token is not active. AgentCore does not ask.", next: signInAgain },
  proof: {
    what: "The token is bound to a key, and the request does not prove that its sender has it, or none is bound where one must be.",
    next: "Send a DPoP proof for this address with each request, with the nonce that the gateway gave.",
  },
};

const answers: Codes<string> = {
  "-32700": { what: "The body is no JSON.", next: "Send one JSON-RPC message." },
  "-32603": {
    what: "The gateway could neither allow nor refuse the token (500), or failed in a way that nobody foresaw.",
    next: "Try again later. The log says why; so does the answer with `exceptionLevel: DEBUG`.",
  },
  "-32001": {
    what: "The token was refused: 401 or 403, with the challenge.",
    next: "`gateway explain` says which rule it was, by the names above.",
  },
  "-32000": {
    what: "The request was refused for what it is (405, 400), for its number (429), or since the gateway stops (503).",
    next: "Correct it by the words of the answer, or come again after `Retry-After`.",
  },
  "-32003": {
    what: "A rate limit of AWS's kind turned it away (429).",
    next: "Come again after the `retryAfter` of the answer.",
  },
};

const printed: Codes<string> = {
  outputLost: {
    what: "What a program of ours was asked to print, the standalone's and the sandbox's too, could not be written whole. It ends with 1.",
    next: "Make room on the disk, or print elsewhere.",
  },
};

/** Every code that the local gateway has for itself, by where it is met. */
export const gatewayCodes: readonly (readonly [where: string, codes: Codes<string>])[] = [
  ["what `gateway audit --verify` finds", auditFaults],
  ["what the gateway says of its audit", noticed],
  ["what is said where a program prints its result", printed],
  ["the log, with `interceptor failed`", interceptors],
  ["findings about a token: the rule that it breaks", rules],
  ["answers: the JSON-RPC code", answers],
];
