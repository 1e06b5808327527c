import assert from "node:assert/strict";
import { test } from "node:test";
import { type DirectWorld, directObstacles, directToken } from "../../../../src/connections/agents/directMode.ts";
import { layersOf } from "../../../../src/connections/toolRules/toolLayers.ts";

const url = "https://gw.example.com/mcp";
const oauth = {
  kind: "oauth",
  clientId: "c",
  clientSource: "configured",
  scopes: [],
  server: { issuer: "https://idp.example.com" },
} as never;
const tokens = { accessToken: "secret", issuedAt: 1_000, expiresAt: 101_000, server: {} } as never;

interface Case {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly shared?: unknown;
  readonly workspace?: unknown;
  readonly resolved?: DirectWorld["resolved"];
  readonly tokens?: DirectWorld["tokens"];
  readonly url?: string;
  readonly authorization?: unknown;
}

function obstacles({ set = {}, shared, workspace, resolved, url: at = url, authorization = oauth, ...rest }: Case) {
  const gateways = { [at]: set };
  return directObstacles(
    { url: at, authorization: authorization as never },
    {
      settings: { gateways, shared: {} },
      layers: layersOf({ gateways }, at, { user: shared, workspace }),
      resolved: resolved ?? { bearerToken: "access", proofs: [] },
      tokens: rest.tokens ?? tokens,
    },
  );
}

const cases: readonly (readonly [what: string, one: Case, found: readonly string[]])[] = [
  ["a gateway for people", {}, []],
  ["one on this machine", { url: "http://127.0.0.1:8080/mcp" }, []],
  ["one that asks nobody to sign in", { authorization: { kind: "none" } }, []],
  ["http to another machine", { url: "http://gw.example.com/mcp" }, ["address"]],
  ["AWS credentials", { authorization: { kind: "aws" } }, ["aws"]],
  ["an ID token", { resolved: { bearerToken: "id", proofs: [] } }, ["idToken"]],
  ["proofs that are asked for", { resolved: { bearerToken: "access", proofs: ["ES256"] } }, ["boundToken"]],
  ["a token that is bound", { tokens: { ...(tokens as object), isBound: true } as never }, ["boundToken"]],
  ["rules of the gateway", { set: { tools: { readOnly: true } } }, ["tools"]],
  ["rules of the person for all", { shared: { deny: ["*delete*"] } }, ["tools"]],
  ["rules of the workspace", { workspace: { allow: ["read*"] } }, ["tools"]],
  ["rules that cannot be read", { set: { tools: 7 } }, ["tools"]],
  ["hidden tools", { set: { hiddenTools: ["a"] } }, ["hiddenTools"]],
  ["a time limit", { set: { timeout: 30 } }, ["timeout"]],
  ["headers from a command", { set: { headers: { "x-team": { command: ["team"] } } } }, ["headers"]],
  ["headers that cannot be read", { set: { headers: [] } }, ["headers"]],
  ["policy sessions", { set: { policySession: true } }, ["policySession"]],
  [
    "several at once",
    { set: { policySession: true, timeout: 3 }, authorization: { kind: "aws" } },
    ["aws", "timeout", "policySession"],
  ],
];

for (const [what, one, found] of cases) {
  test(`${what}: ${found.join(", ") || "direct mode can be used"}`, () => assert.deepEqual(obstacles(one), found));
}

test("a token for the editor is named by when it was given, and not by itself", () => {
  const { version, renewAt, text } = directToken(tokens) ?? {};
  assert.deepEqual({ version, renewAt, text }, { version: "1000", renewAt: 81_000, text: "secret" });
  assert.equal(directToken(undefined), undefined);
});
