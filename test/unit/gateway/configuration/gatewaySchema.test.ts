import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { Validator } from "@cfworker/json-schema";
import { gatewaySchema } from "../../../../src/gateway/configuration/gatewaySchema.ts";
import { readConfiguration } from "../../../../src/gateway/configuration/readConfiguration.ts";

const file = "media/gateway.schema.json";
const schema = { $schema: "http://json-schema.org/draft-07/schema#", ...gatewaySchema };

test("the schema that editors get is the one that the gateway reads its file with", () => {
  // GATEWAY_CONNECT_WRITE_SCHEMA=1 writes it after a change.
  if (process.env.GATEWAY_CONNECT_WRITE_SCHEMA) writeFileSync(file, `${JSON.stringify(schema, undefined, 2)}\n`);
  assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), schema);
});

const rules = { discoveryUrl: "https://idp.example/.well-known/openid-configuration", allowedAudience: ["api"] };
const gateway = (more: object, authorizer: object = {}) => ({
  authorizerConfiguration: { customJWTAuthorizer: { ...rules, ...authorizer } },
  ...more,
});

const cases: readonly (readonly [what: string, file: unknown, good: boolean])[] = [
  ["a small gateway", gateway({}), true],
  ["a list", [], false],
  ["a member nobody knows", gateway({ autorizerType: "NONE" }), false],
  ["a port that is a text", gateway({ local: { port: "1" } }), false],
  ["half a port", gateway({ local: { port: 80.5 } }), false],
  ["a port that is too high", gateway({ local: { port: 65_536 } }), false],
  ["a session of 15 minutes", session(900), true],
  ["a session that is too short", session(899), false],
  ["a session that is too long", session(28_801), false],
  ["no audiences", gateway({}, { allowedAudience: [] }), false],
  ["a scope with a space", gateway({}, { allowedScopes: ["a b"] }), false],
  ["a scope with a colon", gateway({}, { allowedScopes: ["api://app/read"] }), true],
  ["a target with underscores", gateway({ targets: [{ name: "a_b", http: { url: "https://a.example" } }] }), false],
  ["a target without a name", gateway({ targets: [{ http: { url: "https://a.example" } }] }), false],
  ["a rate of nothing", gateway({ local: { limits: { subject: { rate: 0, period: "second" } } } }), false],
  ["a burst", gateway({ local: { limits: { tool: { rate: 1, period: "minute", burst: 3 } } } }), true],
  [
    "instructions of 2049 characters",
    gateway({ protocolConfiguration: { mcp: { instructions: "x".repeat(2049) } } }),
    false,
  ],
  ["a path of the gateway's own", gateway({ local: { path: "/healthz" } }), false],
  ["a path with several parts", gateway({ local: { path: "/here/mcp" } }), true],
  ["a public address without TLS", gateway({ local: { publicUrl: "http://tools.example/mcp" } }), false],
  ["a name that AWS does not take", gateway({ name: "my gateway" }), false],
  ["a secret in the file", introspected("hunter2"), false],
];

function session(sessionTimeoutInSeconds: number) {
  return gateway({ protocolConfiguration: { mcp: { sessionConfiguration: { sessionTimeoutInSeconds } } } });
}

function introspected(clientSecret: string) {
  const introspection = { endpoint: "https://idp.example/introspect", clientId: "gw", clientSecret };
  return gateway({ beyondAgentCore: { introspection } });
}

for (const [what, value, good] of cases) {
  test(`an editor and the gateway think the same of ${what}`, () => {
    const editor = new Validator(JSON.parse(readFileSync(file, "utf8")), "7").validate(value as object).valid;
    const ours = readConfiguration(JSON.stringify(value), {}).kind === "good";
    assert.deepEqual({ editor, ours }, { editor: good, ours: good });
  });
}
