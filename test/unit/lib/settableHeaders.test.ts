import assert from "node:assert/strict";
import { test } from "node:test";
import {
  headerNameFault,
  headerValueFault,
  LONGEST_HEADER_NAME,
  LONGEST_HEADER_VALUE,
  looksSecret,
} from "../../../src/lib/settableHeaders.ts";

test("names that the sign-in, the protocols and AWS have for themselves cannot be set, however they are written", () => {
  const names = {
    signIn: ["Authorization", "authorization", "Proxy-Authorization", "COOKIE", "Set-Cookie", "DPoP"],
    protocol: [
      ...[
        "Host",
        "Mcp-Session-Id",
        "mcp-anything",
        "MCP-Protocol-Version",
        "Connection",
        "Keep-Alive",
        "TE",
        "Trailer",
      ],
      ...["Transfer-Encoding", "Upgrade", "Proxy-Connection", "Content-Length", "Content-Type", "Accept", "Expect"],
    ],
    aws: ["X-Amz-Date", "x-amz-security-token", "X-Amzn-Trace-Id", "X-Amzn-Bedrock-AgentCore-Runtime-User-Id"],
    policySession: ["X-Amzn-Bedrock-AgentCore-Policy-Session-Id"],
    name: ["", "X Team", "X-Team:", "X-Te\nam", "X-Täm", "x".repeat(LONGEST_HEADER_NAME + 1)],
    undefined: ["X-Team", "User-Agent", "traceparent", "X-Amzn-Bedrock-AgentCore-Runtime-Custom-Tenant", "X-Api-Key"],
  };
  for (const [fault, each] of Object.entries(names)) {
    assert.deepEqual(
      each.map((name) => [name, String(headerNameFault(name))]),
      each.map((name) => [name, fault]),
    );
  }
});

test("a value is one line of Latin-1, and no longer than servers take", () => {
  const values = ["blue", "caf\u00e9", "a\tb", "a\r\nX-Other: b", "a\u0000", "\u007f", "日本", " ", ""];
  assert.deepEqual(
    [...values, "x".repeat(LONGEST_HEADER_VALUE), "x".repeat(LONGEST_HEADER_VALUE + 1)].map(headerValueFault),
    [
      ...[undefined, undefined, undefined, "characters", "characters", "characters", "characters", "empty", "empty"],
      ...[undefined, "tooLong"],
    ],
  );
});

test("a secret is known by the words of its name, and by what tokens look like", () => {
  const secret: readonly (readonly [string, string?])[] = [
    ...(["X-Api-Key", "apikey", "X-ApiKey", "subscription-key", "X-Auth", "X-Auth-Token", "accessToken"] as const).map(
      (name) => [name] as const,
    ),
    ...(["Client-Secret", "X-Password", "db_passwd", "X-Session-Id", "X-JWT", "X-Signature"] as const).map(
      (name) => [name] as const,
    ),
    ["X-Team", "Bearer abcdef"],
    ["X-Team", "eyJhbGciOiJSUzI1NiJ9.eyJ.x"],
    ["X-Team", "ghp_0123456789"],
    ["X-Team", "AKIA0123456789"],
    ["X-Proxy", "https://ada:pass@proxy.example"],
  ];
  const plain: readonly (readonly [string, string?])[] = [
    ["X-Team", "blue"],
    ["X-Author", "ada"],
    ["X-Monkeys", "3"],
    ["X-Tenant-Id", "4711"],
    ["User-Agent", "ours/1.0"],
  ];
  assert.deepEqual(
    [...secret, ...plain].map(([name, value]) => [name, looksSecret(name, value)]),
    [...secret.map(([name]) => [name, true]), ...plain.map(([name]) => [name, false])],
  );
});
