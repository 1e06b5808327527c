import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import {
  type AnyFailure,
  asFailure,
  type FailureCode,
  type FailureFacts,
  GatewayFailure,
  isFailure,
} from "../../../src/failures/failure.ts";
import { failureText } from "../../../src/failures/failureText.ts";

const url = "https://gw.example.com/mcp";
const issuer = "https://login.example.com";
const redirectUri = "http://localhost:3334/oauth/callback";

/** Facts of every code; one that is added does not compile until it stands here. */
const samples: { readonly [C in FailureCode]: FailureFacts[C] } = {
  url_invalid: { input: "my gateway" },
  url_insecure: { url: "http://gw.example.com" },
  region_invalid: { input: "moon" },
  already_connected: { name: "Tools", url },
  already_connecting: { url },
  gateway_unreachable: { url, reason: "ENOTFOUND" },
  tls_failed: { url, reason: "CERT_HAS_EXPIRED" },
  gateway_not_found: { url },
  not_an_mcp_server: { url, status: 200, contentType: "text/html" },
  gateway_error: { url, status: 503 },
  resource_metadata_missing: { url, tried: [url] },
  resource_mismatch: { metadataUrl: url, expected: url, found: "https://other.example" },
  authorization_server_missing: { metadataUrl: url },
  authorization_server_unreachable: { issuer, tried: [issuer] },
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
  id_token_missing: { gateway: "Tools", issuer },
  credential_unreadable: { source: "the environment variable SECRET", reason: "it is empty or not there" },
  stored_secret_unreadable: { key: "session:abc" },
  stored_by_newer_version: { key: "session:abc" },
  sign_in_needed: { gateway: "Tools" },
  gateway_refused_token: { gateway: "Tools", status: 401, error: "invalid_token" },
  insufficient_scope: { gateway: "Tools", needed: ["write"], granted: ["read"] },
  gateway_connection_lost: { gateway: "Tools", reason: "ECONNRESET" },
  tool_arguments_invalid: { tool: "search", faults: ["q is missing"] },
  host_file_invalid: { path: "/home/ada/mcp.json", line: 3, column: 7, problem: "comma expected" },
  host_file_busy: { path: "/home/ada/mcp.json" },
  host_file_protected: { path: "/home/ada/mcp.json", reason: "it is read-only" },
  host_entry_impossible: { path: "/home/$ada" },
  runtime_not_found: { tried: ["/usr/bin/node"] },
  relay_not_started: { path: "/tmp/relay.sock", reason: "EACCES" },
  sandbox_not_started: { reason: "No free port." },
  local_gateway_not_started: {
    file: "/home/ada/a.gateway.json",
    reason: "Port 80 is taken.",
    faults: ["Port 80 is taken."],
  },
  file_damaged: { path: "/home/ada/connections.json", reason: "it is empty" },
  setting_invalid: { setting: "gatewayConnect.redirectPorts", found: "[0]" },
  unexpected: { reason: "Something broke." },
};

/** Every failure, also with the emptiest facts that its type allows. */
function everyFailure(): AnyFailure[] {
  const cause = new Error("marked-secret");
  // A list of ports is the exception: settings refuse an empty one.
  const emptied = (fact: unknown): unknown => (Array.isArray(fact) && typeof fact[0] === "string" ? [] : fact);
  return Object.entries(samples).flatMap(([code, facts]) => [
    new GatewayFailure(code as FailureCode, facts, { cause }) as AnyFailure,
    new GatewayFailure(
      code as FailureCode,
      Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, emptied(fact)])) as never,
      { cause },
    ) as AnyFailure,
  ]);
}

test("every failure has a title, a detail and a next step in whole sentences, with nothing missing in them", () => {
  const faults = everyFailure().flatMap((failure) =>
    Object.entries(failureText(failure)).flatMap(([part, text]) => {
      const isDetailOfOthers = part === "detail" && ["unexpected", "tool_arguments_invalid"].includes(failure.code);
      const whole = /^\S.*[.?)]$/s.test(text) || isDetailOfOthers;
      const complete = !/undefined|null|NaN|\[object|\$\{| {2}/.test(text);
      return whole && complete ? [] : [`${failure.code} ${part}: ${text}`];
    }),
  );
  assert.deepEqual(faults, []);
});

test("a detail holds the facts, so that a person can tell a colleague what was found", () => {
  const lacking = Object.entries(samples).flatMap(([code, facts]) => {
    const { title, detail } = failureText(new GatewayFailure(code as FailureCode, facts) as AnyFailure);
    return Object.entries(facts)
      .filter(([, fact]) => ![fact].flat().every((value) => `${title} ${detail}`.includes(String(value))))
      .map(([name]) => `${code}.${name}`);
  });
  assert.deepEqual(lacking, []);
});

test("words come from the facts alone: what caused a failure is never quoted", () => {
  const quoting = everyFailure().filter((failure) => JSON.stringify(failureText(failure)).includes("marked-secret"));
  assert.deepEqual(quoting, []);
});

test("what a person can do differs with the refusal", () => {
  const next = (failure: AnyFailure) => failureText(failure).nextStep;
  const refused = (error: string) => new GatewayFailure("token_refused", { issuer, status: 400, error }) as AnyFailure;
  const denied = (error: string) => new GatewayFailure("authorization_refused", { issuer, error }) as AnyFailure;
  assert.deepEqual(
    {
      client: next(refused("invalid_client")) === next(refused("unauthorized_client")),
      grant: next(refused("invalid_grant")) === next(refused("invalid_client")),
      scope: next(denied("invalid_scope")) === next(denied("server_error")),
    },
    { client: true, grant: false, scope: false },
  );
});

test("a failure is recognised by its brand in any bundle, and anything else becomes one", () => {
  const failure = new GatewayFailure("access_denied", { issuer });
  const ofAnotherBundle = { code: "access_denied", facts: { issuer }, [Symbol.for("gateway-connect.failure")]: true };
  assert.deepEqual(
    [
      isFailure(failure),
      isFailure(failure, "access_denied"),
      isFailure(failure, "unexpected"),
      isFailure(ofAnotherBundle, "access_denied"),
      isFailure(new Error("x")),
      isFailure(null),
      asFailure(failure) === (failure as unknown),
      asFailure(new Error("broke")).facts,
      asFailure("text").facts,
      failure.message,
      inspect(failure).includes("access_denied"),
    ],
    [true, true, false, true, false, false, true, { reason: "broke" }, { reason: "text" }, "access_denied", true],
  );
});
