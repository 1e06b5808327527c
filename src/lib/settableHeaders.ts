/** Why a header cannot be set for a gateway. */
export type HeaderFault =
  /** It is neither a text nor a place where one is read. */
  | "form"
  /** No name of a header (RFC 9110, 5.1), or too long for one. */
  | "name"
  /** HTTP or MCP says what stands there. */
  | "protocol"
  /** It would stand where the token of the sign-in stands, or be a session. */
  | "signIn"
  /** AWS reads or writes it. */
  | "aws"
  /** The identifier of a policy session has a setting of its own. */
  | "policySession"
  /** It looks like a secret, and stands there as a text. */
  | "secret"
  /** Its value has line breaks, control characters, or what is beyond Latin-1 (RFC 9110, 5.5). */
  | "characters"
  | "empty"
  | "tooLong"
  /** The same name in another case. */
  | "twice"
  | "tooMany";

/** The most characters of a header's value. Servers take about as many in all of them together. */
export const LONGEST_HEADER_VALUE = 8 * 1024;
/** The most characters of a header's name. */
export const LONGEST_HEADER_NAME = 256;
/** The most headers that are set for one gateway. */
export const MOST_HEADERS = 32;

/** The identifier of a policy session, which `policySession` sends. */
export const POLICY_SESSION_HEADER = "x-amzn-bedrock-agentcore-policy-session-id";

/** Where a token or a session stands. */
const ofTheSignIn = new Set(["authorization", "proxy-authorization", "cookie", "set-cookie", "dpop"]);

/** What HTTP (RFC 9110, 7.6.1 with the hop-by-hop ones) and the transport of MCP say themselves. */
const ofTheProtocol = new Set([
  ...[
    "host",
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "expect",
  ],
  ...["content-length", "content-type", "content-encoding", "accept", "accept-encoding", "last-event-id"],
  ...["proxy-authenticate", "www-authenticate", "via", "forwarded"],
]);

/** What AWS hands on to a runtime as its caller's own (Amazon Bedrock AgentCore, headers of requests). */
export const CALLERS_OWN_AT_AWS = "x-amzn-bedrock-agentcore-runtime-custom-";

/** Why nobody may set a header of this name; undefined where they may. */
export function headerNameFault(name: string): HeaderFault | undefined {
  const lower = name.toLowerCase();
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lower) || lower.length > LONGEST_HEADER_NAME) return "name";
  if (ofTheSignIn.has(lower)) return "signIn";
  if (ofTheProtocol.has(lower) || lower.startsWith("mcp-")) return "protocol";
  if (lower === POLICY_SESSION_HEADER) return "policySession";
  if (lower.startsWith("x-amz") && !lower.startsWith(CALLERS_OWN_AT_AWS)) return "aws";
  return undefined;
}

/** Why a text cannot be a header's value; undefined where it can. */
export function headerValueFault(value: string): HeaderFault | undefined {
  if (value.trim() === "") return "empty";
  if (value.length > LONGEST_HEADER_VALUE) return "tooLong";
  return /^[\t\x20-\x7e\xa0-\xff]*$/.test(value) ? undefined : "characters";
}

/** Words of a name that say that what stands under it is a secret. */
const secretWords = new Set([
  ...["key", "keys", "token", "tokens", "secret", "secrets", "auth", "authentication", "authorization", "password"],
  ...["passwd", "pwd", "passphrase", "pin", "credential", "credentials", "cookie", "jwt", "bearer", "signature"],
  ...["session", "sessionid", "assertion", "otp", "pat"],
]);
/** The same where it is one word with others. */
const secretParts = /key$|token|secret|passw|credential/;
/** What tokens and keys begin with: JSON Web Tokens, schemes, and those of well-known services. */
const secretValues =
  /\beyJ[\w-]{8,}\.|^\s*(?:bearer|basic|token|apikey)\s|^(?:gh[opsur]_|github_pat_|glpat-|sk-|xox[a-z]-|AKIA|ASIA|AIza|hf_|npm_)|:\/\/[^/\s:]+:[^/\s@]+@/i;

/** Whether a header has to be taken for a secret, by its name or by what its value looks like. */
export function looksSecret(name: string, value = ""): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some((word) => secretWords.has(word) || secretParts.test(word)) || secretValues.test(value);
}
