import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { Validator } from "@cfworker/json-schema";
import fc from "fast-check";
import { gatewaySchema } from "../../../../src/gateway/configuration/gatewaySchema.ts";
import { readConfiguration } from "../../../../src/gateway/configuration/readConfiguration.ts";
import { runs } from "../../../support/bulk.ts";

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

const match = (type: string, claimMatchOperator: string, claimMatchValue: object) => {
  const authorizingClaimMatchValue = { claimMatchOperator, claimMatchValue };
  const one = { inboundTokenClaimName: "cid", inboundTokenClaimValueType: type, authorizingClaimMatchValue };
  return gateway({}, { customClaims: [one] });
};
const open = (more: object) => ({ authorizerType: "NONE", ...more });
const target = (more: object) => open({ targets: [{ name: "a", ...more }] });
const server = (mcpServer: object) => target({ targetConfiguration: { mcp: { mcpServer } } });

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
  ["an object with nothing in it", {}, false],
  ["an authorizer without rules", { authorizerConfiguration: {} }, false],
  [
    "rules with no lists",
    { authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl: rules.discoveryUrl } } },
    false,
  ],
  ["STRING with EQUALS", match("STRING", "EQUALS", { matchValueString: "a" }), true],
  ["STRING with CONTAINS", match("STRING", "CONTAINS", { matchValueString: "a" }), false],
  ["STRING_ARRAY with CONTAINS", match("STRING_ARRAY", "CONTAINS", { matchValueString: "a" }), true],
  ["STRING_ARRAY with EQUALS", match("STRING_ARRAY", "EQUALS", { matchValueString: "a" }), false],
  ["CONTAINS_ANY with values", match("STRING_ARRAY", "CONTAINS_ANY", { matchValueStringList: ["a"] }), true],
  ["CONTAINS_ANY with one text", match("STRING_ARRAY", "CONTAINS_ANY", { matchValueString: "a" }), false],
  ["EQUALS with a list of one", match("STRING", "EQUALS", { matchValueStringList: ["a"] }), false],
  ["CONTAINS with a list of one", match("STRING_ARRAY", "CONTAINS", { matchValueStringList: ["a"] }), false],
  [
    "both match values",
    match("STRING_ARRAY", "CONTAINS_ANY", { matchValueString: "a", matchValueStringList: ["a"] }),
    false,
  ],
  ["no match value", match("STRING", "EQUALS", {}), false],
  ["an advertised scope with a quotation mark", gateway({}, { advertisedScopeMapping: { a: 'b"' } }), false],
  ["a mapped scope with a space", gateway({}, { advertisedScopeMapping: { "a b": "c" } }), false],
  ["a discoveryUrl that is no URL", gateway({}, { discoveryUrl: "https:// /.well-known/openid-configuration" }), false],
  ["AWS_IAM with rules for tokens", gateway({ authorizerType: "AWS_IAM" }), false],
  ["AWS_IAM", open({ authorizerType: "AWS_IAM" }), true],
  ["AUTHENTICATE_ONLY", open({ authorizerType: "AUTHENTICATE_ONLY" }), true],
  ["a type that there is not", open({ authorizerType: "AWS" }), false],
  [
    "an ARN of a gateway",
    open({
      gatewayArn: `arn:aws-us-gov:bedrock-agentcore:us-gov-west-1:${"1".repeat(12)}:gateway/a-b-${"c".repeat(10)}`,
    }),
    true,
  ],
  [
    "a gateway's ARN without an account",
    open({ gatewayArn: "arn:aws:bedrock-agentcore:us-east-1:1:gateway/a-abcdefghij" }),
    false,
  ],
  [
    "a gateway's ARN in no region",
    open({ gatewayArn: `arn:aws:bedrock-agentcore:mars:${"1".repeat(12)}:gateway/a-abcdefghij` }),
    false,
  ],
  ["the ARN of something else", open({ gatewayArn: "arn:aws:s3:::bucket" }), false],
  ["NONE", open({}), true],
  ["NONE with rules", gateway({ authorizerType: "NONE" }), false],
  ["NONE with what needs a token", open({ beyondAgentCore: { requireSubject: true } }), false],
  ["NONE with nothing that needs a token", open({ beyondAgentCore: {} }), true],
  ["a target of no kind", target({}), false],
  ["a target of two kinds", target({ stdio: { command: "a" }, http: { url: "https://a.example" } }), false],
  ["a target that is a program", target({ stdio: { command: "a" } }), true],
  ["a lambda target", target({ targetConfiguration: { mcp: { lambda: {} } } }), false],
  ["a runtime target", target({ targetConfiguration: { http: { agentcoreRuntime: {} } } }), false],
  ["a target of AWS of no kind", target({ targetConfiguration: { mcp: {} } }), false],
  [
    "a target of AWS with everything",
    server({ endpoint: "https://a.example/mcp", mcpToolSchema: { inlinePayload: "[]" }, resourcePriority: 3 }),
    true,
  ],
  ["a description of tools of no kind", server({ endpoint: "https://a.example/mcp", mcpToolSchema: {} }), false],
  ["a target of AWS without TLS", server({ endpoint: "http://a.example/mcp" }), false],
  ["a target of AWS on this machine", server({ endpoint: "http://[::1]:8080/mcp" }), true],
  ["a port that no address has", target({ http: { url: "http://a.example:65536/mcp" } }), false],
  ["a host with a port", open({ local: { allowedHosts: ["a.example:8080"] } }), false],
  ["a host with a scheme", open({ local: { allowedHosts: ["https://a.example"] } }), false],
  ["a host", open({ local: { allowedHosts: ["a.example", "10.0.0.1", "[2001:db8::1]"] } }), true],
  ["a gateway's name of 49 letters", open({ name: "a".repeat(49) }), false],
  ["a description of nothing", open({ description: "" }), false],
  ["what get-gateway prints beside", open({ webAclArn: "arn", customTransformConfiguration: {}, tags: {} }), true],
];

function session(sessionTimeoutInSeconds: number) {
  return gateway({ protocolConfiguration: { mcp: { sessionConfiguration: { sessionTimeoutInSeconds } } } });
}

function introspected(clientSecret: string) {
  const introspection = { endpoint: "https://idp.example/introspect", clientId: "gw", clientSecret };
  return gateway({ beyondAgentCore: { introspection } });
}

const editor = new Validator(JSON.parse(readFileSync(file, "utf8")), "7");

for (const [what, value, good] of cases) {
  test(`an editor and the gateway think the same of ${what}`, () => {
    const ours = readConfiguration(JSON.stringify(value), {}).kind === "good";
    assert.deepEqual({ editor: editor.validate(value as object).valid, ours }, { editor: good, ours: good });
  });
}

const program = { command: "a" };
/** Beside an empty file, which has no value that a schema could be held to. */
const unsaid: readonly (readonly [what: string, file: object, problem: RegExp])[] = [
  [
    "two targets of one name",
    open({ targets: [1, 2].map(() => ({ name: "a", stdio: program })) }),
    /^another target is called a$/,
  ],
  [
    "a tool of no target",
    gateway({ beyondAgentCore: { toolScopes: { a___b: ["s"] } } }),
    /^expected target___tool with the name of a target of this file$/,
  ],
  [
    "a mapped scope that is never advertised",
    gateway({}, { allowedScopes: ["a"], advertisedScopeMapping: { b: "c" } }),
    /^expected one of allowedScopes, or of a tool's scopes, as its name$/,
  ],
  ["a variable that is not set", introspected("${env:NO_SUCH}"), /^the variable \w+ is not set$/],
  ["an address that looks like one", target({ http: { url: "https://[1::2::3]/mcp" } }), /^is not a valid address$/],
  ["a host that looks like one", open({ local: { allowedHosts: ["xn--a"] } }), /^is not a valid host$/],
  [
    "a host in another form than requests have it in",
    open({ local: { allowedHosts: ["[0::1]"] } }),
    /^expected \S+, as requests name it$/,
  ],
];

for (const [what, value, problem] of unsaid) {
  test(`only the gateway can say what is wrong with ${what}`, () => {
    const read = readConfiguration(JSON.stringify(value), {});
    const faults = read.kind === "faulty" ? read.faults.map((fault) => problem.test(fault.problem)) : [];
    assert.deepEqual({ editor: editor.validate(value).valid, faults }, { editor: true, faults: [true] });
  });
}

/** A member that is mostly there and good, and else one of others. */
const member = (good: unknown, ...others: unknown[]) =>
  fc.oneof(
    { arbitrary: fc.constant(good), weight: 6 },
    { arbitrary: fc.constantFrom(undefined, undefined, null, 1, "x", [], {}, ...others), weight: 1 },
  );
const members = (all: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(all).map((one) => Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)));
const rarely = (value: unknown) => fc.oneof({ arbitrary: fc.constant(undefined), weight: 8 }, fc.constant(value));
const someOf = (...values: unknown[]) => fc.constantFrom<unknown>(...values);

const claim = members({
  inboundTokenClaimName: member("cid", "x-y"),
  inboundTokenClaimValueType: someOf("STRING", "STRING_ARRAY"),
  authorizingClaimMatchValue: members({
    claimMatchOperator: someOf("EQUALS", "CONTAINS", "CONTAINS_ANY"),
    claimMatchValue: members({
      matchValueString: someOf("a", "a", undefined, "a:b"),
      matchValueStringList: someOf(["a"], undefined, undefined, []),
    }),
  }),
});
const authorizer = members({
  discoveryUrl: member(rules.discoveryUrl, "https://a b/.well-known/openid-configuration", "http://1.2.3.4:70000/"),
  allowedAudience: someOf(["api"], undefined, undefined, []),
  allowedScopes: someOf(["read"], undefined, undefined, ["a b"]),
  advertisedScopeMapping: someOf(undefined, undefined, { read: "api://read" }, { read: "" }, {}, { "a b": "c" }),
  customClaims: fc.option(fc.array(claim, { maxLength: 2 }), { nil: undefined }),
});
const oneTarget = members({
  name: member("a", "b", "a_b"),
  description: rarely(""),
  stdio: someOf(program, undefined, undefined, {}),
  http: someOf({ url: "https://a.example" }, undefined, undefined, undefined, { url: "https://a:b" }),
  targetConfiguration: someOf(
    undefined,
    undefined,
    undefined,
    { mcp: { mcpServer: { endpoint: "https://a.example" } } },
    { mcp: { mcpServer: { endpoint: "http://a.example" } } },
    { mcp: { smithyModel: {} } },
    { http: {} },
    {},
  ),
  protocolType: rarely("MCP"),
});
const gateways = members({
  name: rarely("a b"),
  authorizerType: someOf("CUSTOM_JWT", "CUSTOM_JWT", undefined, "NONE", "AWS_IAM", 1),
  authorizerConfiguration: fc.oneof(
    { arbitrary: members({ customJWTAuthorizer: authorizer }), weight: 4 },
    someOf(undefined, {}, null),
  ),
  targets: fc.option(fc.array(oneTarget, { maxLength: 2 }), { nil: undefined }),
  local: someOf(undefined, undefined, { port: 1 }, { allowedHosts: ["a:1"] }, { limits: { tools: { a___b: {} } } }),
  beyondAgentCore: someOf(undefined, undefined, { requireSubject: true }, { toolScopes: { a___b: ["s"] } }, {}),
  unknown: rarely(1),
});

const sound: readonly object[] = [
  cases.find(([what]) => what === "CONTAINS_ANY with values")?.[1] as object,
  server({ endpoint: "https://a.example/mcp", listingMode: "DEFAULT" }),
  gateway(
    {
      name: "tools",
      description: "d",
      exceptionLevel: "DEBUG",
      targets: [
        { name: "a", stdio: { command: "a", args: ["b"], env: { C: "d" } }, callTimeoutSeconds: 1 },
        { name: "b", http: { url: "https://b.example", headers: { k: "v" } } },
      ],
      local: {
        host: "::",
        port: 1,
        publicUrl: "https://c.example/mcp",
        limits: { tool: { rate: 1, period: "second" } },
      },
      beyondAgentCore: {
        toolScopes: { a___x: ["s"] },
        requireSubject: true,
        deniedTokenIds: ["j"],
        dpop: { required: true, lifetimeSeconds: 60 },
      },
    },
    { allowedScopes: ["read"], advertisedScopeMapping: { read: "api://read" } },
  ),
];

/** A sound file in which one place, or none, is something else or has something else in it. */
const edited = fc
  .tuple(
    fc.constantFrom(...sound),
    fc.nat(),
    fc.constantFrom(undefined, null, 0, 1, 99_999, "", "x", "a b", "NONE", "STRING", "EQUALS", "https://x.example"),
    fc.constantFrom("as it is", "replaced", "replaced", "emptied", "with a member"),
  )
  .map(([file, at, value, how]) => {
    const copy = structuredClone(file);
    const places: (readonly [holder: Record<string, unknown>, key: string])[] = [];
    JSON.stringify(copy, function (key, inside) {
      if (key !== "") places.push([this, key]);
      return inside;
    });
    const [holder, key] = places[at % places.length] ?? [{}, ""];
    const found = holder[key];
    if (how === "replaced") holder[key] = value;
    if (how === "emptied") holder[key] = Array.isArray(found) ? [] : {};
    if (how === "with a member" && typeof found === "object") holder[key] = { ...found, other: value };
    return JSON.parse(JSON.stringify(copy)) as object;
  });

test("an editor and the gateway think the same of any file, but for what a schema cannot say", () => {
  const seen = { good: 0, faulty: 0 };
  const how = runs(15_000, 500);
  fc.assert(
    fc.property(fc.oneof(gateways, edited), (value) => {
      const read = readConfiguration(JSON.stringify(value), {});
      const faults = read.kind === "faulty" ? read.faults : [];
      const said = faults.filter(({ problem }) => !unsaid.some(([, , only]) => only.test(problem)));
      seen[said.length === 0 ? "good" : "faulty"]++;
      const ours = said.map(({ path, problem }) => `${path}: ${problem}`).join("; ");
      assert.equal(editor.validate(value).valid, said.length === 0, ours);
    }),
    how,
  );
  const least = how.numRuns / 15;
  assert.equal(seen.good > least && seen.faulty > least, true, JSON.stringify(seen));
});

test("no place of a file is told of twice", () => {
  fc.assert(
    fc.property(fc.oneof(gateways, edited), (value) => {
      const read = readConfiguration(JSON.stringify(value), {});
      const faults = read.kind === "faulty" ? read.faults : [];
      const places = faults.map(({ line, column, path }) => `${line}:${column} ${path}`);
      assert.deepEqual([...new Set(places)], places, faults.map(({ problem }) => problem).join());
    }),
    runs(5000, 250),
  );
});
