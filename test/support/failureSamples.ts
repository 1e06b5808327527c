import { type AnyFailure, type FailureCode, type FailureFacts, GatewayFailure } from "../../src/failures/failure.ts";
import { advisedCodes } from "../../src/failures/providerErrors.ts";
import type { RefusalFacts } from "../../src/failures/refusalFacts.ts";
import { providerCode } from "../../src/oauth/tokens/tokenEndpoint.ts";

const url = "https://gw.example.com/mcp";
const issuer = "https://login.example.com";
const redirectUri = "http://localhost:3334/oauth/callback";

const policyFile = "/etc/gateway-connect/policy.json";
const managedBy = (rule: string) => ({
  rule,
  file: policyFile,
  organisation: "Example Corp",
  contact: "it@example.com",
});

/** Facts of every code; one that is added does not compile until it stands here. */
export const failureSamples: { readonly [C in FailureCode]: FailureFacts[C] } = {
  url_invalid: { input: "my gateway" },
  url_insecure: { url: "http://gw.example.com" },
  region_invalid: { input: "moon" },
  address_not_mcp: { address: "https://us-east-1.console.aws.amazon.com/bedrock-agentcore", what: "console" },
  region_not_offered: {
    url: "https://tools-a1b2c3d4e5.gateway.bedrock-agentcore.cn-north-1.amazonaws.com.cn/mcp",
    region: "cn-north-1",
    reason: "ENOTFOUND",
  },
  managed_gateway_refused: { url, ...managedBy("gateways") },
  managed_issuer_refused: {
    gateway: url,
    issuer: "https://other.example.com",
    allowed: [issuer],
    ...managedBy("issuers"),
  },
  managed_sign_in_refused: { gateway: url, kind: "deviceCode", allowed: ["browser"], ...managedBy("signIn") },
  managed_account_refused: {
    ...{ gateway: url, account: "ada@elsewhere.example", allowed: ["*@example.com"] },
    ...managedBy("gateways[0].accounts"),
  },
  managed_credential_refused: {
    ...{ gateway: url, setting: "clientSecret", kind: "file", allowed: ["environment"] },
    ...managedBy("credentials"),
  },
  managed_entry_refused: { host: "codex", allowed: ["claude-code"], ...managedBy("hosts") },
  managed_name_fixed: { gateway: url, name: "Money", fixed: "Finance", ...managedBy("gateways[0].name") },
  managed_direct_refused: { gateway: url, ...managedBy("directMode") },
  managed_sharing_refused: { gateway: url, ...managedBy("shareSignIn") },
  managed_policy_broken: { file: policyFile, faults: ["3:14 gateways[0].address expected an https address"] },
  managed_policy_ignored: { file: policyFile, reason: "writable" },
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
  client_metadata_address_refused: { input: "http://example.com/client.json", fault: "https" },
  client_metadata_wrong: {
    url: "https://example.com/client.json",
    faults: [
      { kind: "contentType", found: "text/html" },
      { kind: "clientId", found: "https://example.com/other.json" },
      { kind: "redirectUris", missing: ["http://localhost:3334/oauth/callback"] },
    ],
  },
  proof_key_unusable: {},
  token_key_mismatch: { issuer },
  proof_refused: { gateway: "Work gateway", error: "invalid_dpop_proof", minutesAhead: 7 },
  bound_token_needed: { gateway: "Work gateway", issuer },
  aws_clock_skewed: { url, minutesAhead: 7 },
  aws_signature_mismatch: { url, service: "bedrock-agentcore", region: "us-east-1" },
  aws_token_needed: { url },
  aws_region_needed: { url },
  workload_platform_missing: { platform: "AWS", missing: ["AWS_REGION"] },
  workload_permission_missing: { platform: "GitHub Actions", lacks: "id-token: write" },
  workload_platform_refused: { platform: "GitHub Actions", reason: "HTTP 503" },
  workload_token_unreadable: { source: "the file /run/token", reason: "it cannot be read (ENOENT)" },
  workload_token_invalid: { source: "the file /run/token", reason: "it is not a JWT that says when it expires" },
  workload_token_expired: { source: "the file /run/token", ended: "2026-11-27T12:00:00.000Z" },
  workload_audience_mismatch: { source: "the file /run/token", expected: issuer, found: ["sts.amazonaws.com"] },
  workload_refused: {
    ...{ issuer, status: 400, error: "invalid_grant", from: "https://token.actions.githubusercontent.com" },
    ...{ subject: "repo:example/tools:ref:refs/heads/main", audience: issuer },
  },
  aws_throttled: { permission: "bedrock-agentcore:ListGateways", region: "eu-central-1", waitedSeconds: 8 },
  aws_listing_denied: {
    permission: "bedrock-agentcore:ListGateways",
    region: "eu-central-1",
    who: "arn:aws:sts::123456789012:assumed-role/Developer/ada",
  },
  aws_api_refused: {
    url: "https://bedrock-agentcore-control.eu-central-1.amazonaws.com/gateways/",
    permission: "bedrock-agentcore:ListGateways",
    status: 400,
    words: "1 validation error detected",
  },
  aws_answer_invalid: {
    url: "https://bedrock-agentcore-control.eu-central-1.amazonaws.com/gateways/",
    problem: "items is no list",
  },
  aws_endpoint_unreachable: {
    url: "https://bedrock-agentcore-control.eu-moon-1.amazonaws.com/gateways/",
    region: "eu-moon-1",
    reason: "ENOTFOUND",
  },
  aws_endpoint_invalid: { source: "AWS_ENDPOINT_URL", found: "http://aws.example.com" },
  aws_nothing_listed: {
    permission: "bedrock-agentcore:ListGateways",
    region: "eu-central-1",
    where: "the profile dev",
  },
  gateway_not_ready: { name: "tools", status: "FAILED", reasons: ["The execution role cannot be assumed"] },
  choice_not_mcp: { name: "summaries", found: "an A2A agent" },
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
  enterprise_provider_missing: { gateway: "Tools" },
  enterprise_policy_refused: {
    ...{ issuer, audience: "https://auth.gw.example.com", clientId: "at-company", scopes: ["tools.read"] },
    ...{ status: 400, error: "invalid_target", words: "The resource app is not connected" },
  },
  identity_assertion_refused: {
    ...{ issuer: "https://auth.gw.example.com", identityProvider: issuer, clientId: "at-gateway", scopes: [] },
    ...{ status: 400, error: "invalid_grant" },
  },
  identity_assertion_invalid: { issuer, part: "aud", expected: "https://auth.gw.example.com", found: url },
  given_id_token_unusable: {
    ...{ source: "the file /run/id_token", issuer, problem: "expired" },
    found: "2026-11-27T10:00:00.000Z",
  },
  gateway_error: { url, status: 503 },
  answer_too_large: { url, limit: "1 MiB" },
  resource_metadata_missing: { url, tried: [url] },
  resource_mismatch: { metadataUrl: url, expected: url, found: "https://other.example" },
  authorization_server_missing: { metadataUrl: url },
  authorization_server_down: { issuer, url: `${issuer}/.well-known/openid-configuration`, status: 503 },
  authorization_server_unreachable: { issuer, tried: [issuer] },
  issuer_changed: { gateway: "tools", expected: issuer, found: "https://other.example" },
  issuer_mismatch: { metadataUrl: url, expected: issuer, found: "https://other.example" },
  endpoint_insecure: { name: "token_endpoint", url: "javascript:alert(1)" },
  named_place_refused: { namedBy: url, name: "issuer", url: "http://127.0.0.1:8080/", place: { kind: "loopback" } },
  private_issuer_unconfirmed: { namedBy: url, issuer: "https://idp.corp.internal", url: "https://idp.corp.internal/" },
  endpoint_missing: { issuer, name: "token_endpoint" },
  pkce_unsupported: { issuer, found: ["plain"] },
  client_id_needed: { issuer, redirectUri },
  registration_refused: { issuer, status: 400, error: "invalid_redirect_uri" },
  redirect_ports_taken: { ports: [3334, 3335] },
  access_denied: { issuer },
  authorization_refused: { issuer, error: "invalid_scope" },
  sign_in_timed_out: { minutes: 10 },
  redirect_path_mismatch: { redirectUri, found: "/auth/done" },
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
  secret_storage_failed: { key: "session:abc", act: "keep", reason: "the keychain refused (secret-tool ended with 1)" },
  secret_not_deleted: { key: "session:abc", reason: "the keychain refused (secret-tool ended with 1)" },
  keychain_unavailable: { reason: "secret-tool (libsecret) is not installed" },
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
  editor_settings_unusable: { path: "/home/ada/storage/bridge/settings.json", fault: { kind: "missing" } },
  file_damaged: { path: "/home/ada/connections.json", reason: "it is empty" },
  file_not_written: { path: "/home/ada/connections.json", reason: "ENOSPC" },
  policy_session_refused: { gateway: "Tools" },
  headers_invalid: { faults: [{ place: "headers \u203a Cookie", fault: "signIn" }] },
  header_unreadable: {
    header: "X-Api-Key",
    source: "the environment variable KEY",
    reason: "it is empty or not there",
  },
  setting_not_written: {
    setting: "gatewayConnect.gateways",
    reason: "Unable to write into user settings because the file has unsaved changes.",
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
  address_not_mcp: [
    ...(["inference", "agent", "metadata", "consent", "controlPlane", "registryApi", "otherResource"] as const).map(
      (what) => ({ address: "https://tools.example/v1/messages", what }),
    ),
    { address: "https://tools.example/v1/messages", what: "inference", instead: url },
  ],
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
  client_metadata_address_refused: [
    { input: "https://EXAMPLE.com/client.json", fault: "spelling", spelled: "https://example.com/client.json" },
    ...(["address", "credentials", "fragment", "dots", "path", "query"] as const).map((fault) => ({
      input: "x",
      fault,
    })),
  ],
  client_metadata_wrong: [
    { url: "https://example.com/client.json", faults: [{ kind: "unreachable", reason: "ECONNREFUSED" }] },
    { url: "https://example.com/client.json", faults: [{ kind: "redirect", to: "https://example.org/" }] },
    { url: "https://example.com/client.json", faults: [{ kind: "status", status: 404 }] },
    {
      url: "https://example.com/client.json",
      faults: [
        { kind: "contentType", found: "" },
        { kind: "size", bytes: 9000, most: 5120 },
        { kind: "json" },
        { kind: "secret", found: "client_secret_post" },
      ],
    },
  ],
  proof_refused: [
    { gateway: "Work gateway", error: "invalid_dpop_proof", words: "htu differs" },
    { gateway: "Work gateway", error: "use_dpop_nonce", minutesBehind: 7 },
    { gateway: "Work gateway", error: "use_dpop_nonce" },
  ],
  aws_listing_denied: [
    {
      permission: "bedrock-agentcore:GetGateway",
      region: "eu-central-1",
      resource: "arn:aws:bedrock-agentcore:eu-central-1:123456789012:gateway/tools-a1b2c3d4e5",
    },
  ],
  aws_nothing_listed: [
    { permission: "agent-registry:ListRegistries", region: "eu-central-1", where: "the profile dev" },
    { permission: "agent-registry:ListDiscoverableRegistryRecords", region: "eu-central-1", where: "tools" },
    { permission: "agent-registry:SearchDiscoverableRegistryRecords", region: "eu-central-1", where: "tools" },
  ],
  aws_clock_skewed: [{ url }, { url, minutesBehind: 7, words: "Signature expired" }],
  workload_permission_missing: [
    { platform: "AWS", lacks: "sts:GetWebIdentityToken", words: "not authorized to perform it" },
    { platform: "AWS", lacks: "outbound identity federation" },
  ],
  workload_token_unreadable: [
    { source: "the file /run/token", reason: "it is empty or not there", projectedFor: issuer },
  ],
  workload_refused: refusals.map((refusal) => ({
    ...{ issuer, status: 400, from: issuer, subject: "a", audience: "b" },
    ...refusal,
  })),
  tool_ruled_out: [
    { gateway: "Tools", tool: "a", setting: "tools" },
    { gateway: "Tools", tool: "a", setting: "tools", onlyReads: true },
  ],
  policy_denied: [{ url, policy: "no_refunds, no_transfers" }, { url }, { url, permittedByNone: true }],
  consent_needed: [
    { gateway: "Tools", target: "calendar", url: "https://login.example.com/consent" },
    { ...{ gateway: "Tools", target: "calendar", url: "https://a.example/c" }, portal: "https://portal.example" },
  ],
  gateway_error: [
    { url, status: 503, retryAfterSeconds: 30 },
    { url, status: 403, words: "User not assigned to this application" },
  ],
  authorization_server_down: [
    { issuer, url: `${issuer}/register`, status: 503, words: "maintenance until noon", retryAfterSeconds: 60 },
  ],
  registration_refused: [
    { issuer, status: 400, error: "invalid_client_metadata", words: "grant_types are not allowed" },
  ],
  not_an_mcp_server: [{ url, status: 200, contentType: "" }],
  answer_too_large: [{ url, limit: "32 MiB", isResult: true }],
  endpoint_missing: [{ issuer, name: "device_authorization_endpoint" }],
  authorization_refused: refusals.map((refusal) => ({ issuer, ...refusal })),
  sign_in_timed_out: [{ minutes: 10, redirectUri }],
  token_refused: [
    ...refusals.flatMap((refusal) => [
      { issuer, status: 400, ...refusal },
      { issuer, status: 400, withSecret: true as const, ...refusal },
    ]),
    { issuer, status: 400, error: "invalid_dpop_proof", minutesAhead: 10 },
    { issuer, status: 401, error: "invalid_client", withSecret: true, minutesBehind: 10 },
  ],
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
  "setting_not_written",
];

/** What a program without an editor tells as the editor does: an entry of the editor's has started it, and there is the way out. */
export const toldAsInEditor: readonly FailureCode[] = ["editor_settings_unusable"];
