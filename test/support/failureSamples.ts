import {
  type AnyFailure,
  type FailureCode,
  type FailureFacts,
  GatewayFailure,
  type RefusalFacts,
} from "../../src/failures/failure.ts";
import { advisedCodes } from "../../src/failures/providerErrors.ts";
import { providerCode } from "../../src/oauth/tokens/tokenEndpoint.ts";

const url = "https://gw.example.com/mcp";
const issuer = "https://login.example.com";
const redirectUri = "http://localhost:3334/oauth/callback";

/** Facts of every code; one that is added does not compile until it stands here. */
export const failureSamples: { readonly [C in FailureCode]: FailureFacts[C] } = {
  url_invalid: { input: "my gateway" },
  url_insecure: { url: "http://gw.example.com" },
  region_invalid: { input: "moon" },
  link_refused: { fault: "twice", found: "clientId" },
  already_connected: { name: "Tools", url },
  already_connecting: { url },
  gateway_unreachable: { url, reason: "ENOTFOUND" },
  tls_failed: { url, reason: "CERT_HAS_EXPIRED" },
  gateway_not_found: { url },
  not_an_mcp_server: { url, status: 200, contentType: "text/html" },
  transport_outdated: { url: "https://gw.example.com/sse" },
  protocol_version_unknown: { url, found: ["2099-01-01"], spoken: ["2026-07-28", "2025-11-25"] },
  gateway_forbidden: { url },
  rate_limited: { url, status: 429, limit: "per-user/$.context.jwt.sub=ada" },
  aws_signature_needed: { url, words: "Missing Authentication Token" },
  aws_permission_missing: {
    url,
    permission: "bedrock-agentcore:InvokeGateway",
    resource: "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/tools-a1b2c3d4e5",
  },
  aws_login_needed: { source: "the profile dev", command: "aws sso login --profile dev" },
  aws_profile_missing: { profile: "dev", found: ["default", "prod"] },
  aws_credentials_missing: { tried: ["the environment variable AWS_ACCESS_KEY_ID", "the profile default"] },
  aws_credentials_unreadable: { source: "the profile dev", reason: "the AWS CLI did not answer in time" },
  aws_credentials_expired: { source: "the environment variable AWS_ACCESS_KEY_ID" },
  aws_credentials_refused: { url, source: "the profile dev", words: "The security token is invalid" },
  aws_clock_skewed: { url, minutesAhead: 7 },
  aws_signature_mismatch: { url, service: "bedrock-agentcore", region: "us-east-1" },
  aws_token_needed: { url },
  aws_region_needed: { url },
  policy_denied: { url, policy: "no_refunds_above_500", words: "Tool call not allowed due to policy enforcement" },
  consent_needed: {
    gateway: "Tools",
    target: "calendar",
    url: "https://login.example.com/consent",
    words: "Allow access",
  },
  consent_waiting: { gateway: "Tools" },
  consent_declined: { gateway: "Tools", target: "calendar" },
  consent_not_kept: { gateway: "Tools", target: "calendar", url: "https://login.example.com/consent" },
  gateway_error: { url, status: 503 },
  answer_too_large: { url, limit: "1 MiB" },
  resource_metadata_missing: { url, tried: [url] },
  resource_mismatch: { metadataUrl: url, expected: url, found: "https://other.example" },
  authorization_server_missing: { metadataUrl: url },
  authorization_server_unreachable: { issuer, tried: [issuer] },
  issuer_changed: { gateway: "tools", expected: issuer, found: "https://other.example" },
  issuer_mismatch: { metadataUrl: url, expected: issuer, found: "https://other.example" },
  endpoint_insecure: { name: "token_endpoint", url: "javascript:alert(1)" },
  endpoint_missing: { issuer, name: "token_endpoint" },
  pkce_unsupported: { issuer, found: ["plain"] },
  client_id_needed: { issuer, redirectUri },
  registration_refused: { issuer, status: 400, error: "invalid_redirect_uri" },
  redirect_ports_taken: { ports: [3334, 3335] },
  access_denied: { issuer },
  authorization_refused: { issuer, error: "invalid_scope" },
  sign_in_timed_out: { minutes: 10 },
  browser_not_opened: { issuer },
  state_mismatch: { redirectUri },
  response_issuer_mismatch: { expected: issuer, found: "https://other.example" },
  response_issuer_missing: { expected: issuer },
  pasted_address_invalid: { redirectUri },
  token_refused: { issuer, status: 400, error: "invalid_grant" },
  token_response_invalid: { issuer, status: 200, contentType: "text/html" },
  token_endpoint_unreachable: { issuer, reason: "ECONNRESET" },
  token_audience_mismatch: { expected: "api://default", found: ["other"] },
  id_token_invalid: { issuer, problem: "nonce" },
  id_token_missing: { gateway: "Tools", issuer },
  credential_unreadable: { source: "the environment variable SECRET", reason: "it is empty or not there" },
  stored_secret_unreadable: { key: "session:abc" },
  stored_by_newer_version: { key: "session:abc" },
  secret_not_deleted: { key: "session:abc", reason: "the keychain refused (secret-tool ended with 1)" },
  sign_in_needed: { gateway: "Tools" },
  sign_in_waiting: { gateway: "Tools" },
  gateway_refused_token: { gateway: "Tools", status: 401, error: "invalid_token" },
  insufficient_scope: { gateway: "Tools", needed: ["write"], granted: ["read"] },
  gateway_connection_lost: { gateway: "Tools", reason: "ECONNRESET" },
  answered_with_error: { what: "search", error: -32602 },
  tool_hidden: { gateway: "Tools", tool: "drop" },
  tool_ruled_out: {
    ...{ gateway: "Tools", tool: "jira___drop", pattern: "*___drop" },
    setting: "tools \u203a deny",
  },
  tool_rules_invalid: { faults: [{ place: "tools \u203a deny", fault: "patterns" }] },
  call_timed_out: { tool: "jira___search", seconds: 30, setting: "timeout" },
  host_file_invalid: { path: "/home/ada/mcp.json", line: 3, column: 7, problem: "comma expected" },
  host_file_unusable: { path: "/home/ada/mcp.json", reason: "its links lead in a circle" },
  host_file_busy: { path: "/home/ada/mcp.json" },
  host_file_protected: { path: "/home/ada/mcp.json", reason: "it is read-only" },
  host_entry_impossible: { path: "/home/$ada" },
  runtime_not_found: { tried: ["/usr/bin/node"] },
  part_not_loaded: { file: "relay.cjs", reason: "MODULE_NOT_FOUND" },
  relay_not_started: { path: "/tmp/relay.sock", reason: "EACCES" },
  sandbox_not_started: { reason: "No free port." },
  local_gateway_not_started: {
    file: "/home/ada/a.gateway.json",
    reason: "Port 80 is taken.",
    faults: ["Port 80 is taken."],
  },
  file_damaged: { path: "/home/ada/connections.json", reason: "it is empty" },
  policy_session_refused: { gateway: "Tools" },
  headers_invalid: { faults: [{ place: "headers \u203a Cookie", fault: "signIn" }] },
  header_unreadable: {
    header: "X-Api-Key",
    source: "the environment variable KEY",
    reason: "it is empty or not there",
  },
  setting_invalid: { setting: "gatewayConnect.redirectPorts", found: "[0]" },
  unexpected: { reason: "Something broke." },
};

/** Errors of OAuth that have words of their own, one that has none, and providers' own codes. */
const refusals: readonly RefusalFacts[] = [
  ...["invalid_grant", "invalid_client", "unauthorized_client", "access_denied", "invalid_scope", "invalid_target"].map(
    (error) => ({ error }),
  ),
  { error: "server_error" },
  { error: "invalid_request", words: "The client may not use this scope" },
  ...[...advisedCodes, "AADSTS123456"].map((code) => ({ error: "invalid_request", ...providerCode(`${code}: no.`) })),
];

/** What the words of a failure depend on besides its code: facts that are absent, empty or one of a few. */
const variants: { readonly [C in FailureCode]?: readonly FailureFacts[C][] } = {
  gateway_forbidden: [
    { url, words: "Request blocked." },
    { url, inUse: true },
  ],
  rate_limited: [
    { url, status: 429 },
    { url, status: 429, words: "Rate exceeded", retryAfterSeconds: 30 },
  ],
  aws_signature_needed: [{ url }],
  aws_permission_missing: [{ url, permission: "bedrock-agentcore:InvokeGateway" }],
  aws_profile_missing: [{ profile: "dev", found: [] }],
  aws_credentials_refused: [{ url, source: "the profile dev" }],
  aws_clock_skewed: [{ url }, { url, minutesBehind: 7, words: "Signature expired" }],
  tool_ruled_out: [
    { gateway: "Tools", tool: "a", setting: "tools" },
    { gateway: "Tools", tool: "a", setting: "tools", onlyReads: true },
  ],
  policy_denied: [{ url }, { url, permittedByNone: true }],
  consent_needed: [
    { gateway: "Tools", target: "calendar", url: "https://login.example.com/consent" },
    { ...{ gateway: "Tools", target: "calendar", url: "https://a.example/c" }, portal: "https://portal.example" },
  ],
  gateway_error: [
    { url, status: 503, retryAfterSeconds: 30 },
    { url, status: 403, words: "User not assigned to this application" },
  ],
  registration_refused: [
    { issuer, status: 400, error: "invalid_client_metadata", words: "grant_types are not allowed" },
  ],
  not_an_mcp_server: [{ url, status: 200, contentType: "" }],
  endpoint_missing: [{ issuer, name: "device_authorization_endpoint" }],
  authorization_refused: refusals.map((refusal) => ({ issuer, ...refusal })),
  sign_in_timed_out: [{ minutes: 10, redirectUri }],
  token_refused: refusals.flatMap((refusal) => [
    { issuer, status: 400, ...refusal },
    { issuer, status: 400, withSecret: true, ...refusal },
  ]),
  token_response_invalid: [{ issuer, status: 200, contentType: "" }],
  credential_unreadable: [{ source: "the file key.pem", reason: "it is encrypted", convertible: true }],
  gateway_refused_token: [{ gateway: "Tools", status: 401, error: "" }],
};

/** Every failure in each of its wordings, and also with the emptiest facts that its type allows. */
export function everyFailure(cause?: unknown): AnyFailure[] {
  // A list of ports is the exception: settings refuse an empty one.
  const emptied = (fact: unknown): unknown => (Array.isArray(fact) && typeof fact[0] === "string" ? [] : fact);
  return Object.entries(failureSamples).flatMap(([code, facts]) => {
    const empty = Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, emptied(fact)]));
    return [facts, empty, ...(variants[code as FailureCode] ?? [])].map(
      (each) => new GatewayFailure(code as FailureCode, each as never, { cause }) as AnyFailure,
    );
  });
}

/** What only the editor does: its relay's socket, hosts' files, sandbox and local gateways. */
export const ofTheEditor: readonly FailureCode[] = [
  "relay_not_started",
  "sandbox_not_started",
  "local_gateway_not_started",
  "host_file_invalid",
  "host_file_unusable",
  "host_file_busy",
  "host_file_protected",
  "host_entry_impossible",
  "runtime_not_found",
];
