import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readConfiguration } from "../../../../src/gateway/configuration/readConfiguration.ts";
import { startGateway } from "../../../../src/gateway/startGateway.ts";

const discoveryUrl = "https://idp.example/oauth2/default/.well-known/openid-configuration";
const rules = { discoveryUrl, allowedAudience: ["api://default"] };
const path = "authorizerConfiguration.customJWTAuthorizer";

/** What `aws bedrock-agentcore-control get-gateway` prints for a gateway with everything. */
const printed = {
  gatewayArn: "arn:aws:bedrock-agentcore:us-west-2:123456789012:gateway/tools-a1b2c3d4e5",
  gatewayId: "tools-a1b2c3d4e5",
  gatewayUrl: "https://tools-a1b2c3d4e5.gateway.bedrock-agentcore.us-west-2.amazonaws.com/mcp",
  createdAt: "2026-06-02T03:23:35.123456+00:00",
  updatedAt: "2026-06-02T03:23:40.123456+00:00",
  status: "READY",
  statusReasons: [],
  name: "tools",
  description: "The company's tools",
  roleArn: "arn:aws:iam::123456789012:role/gateway",
  protocolType: "MCP",
  protocolConfiguration: {
    mcp: {
      supportedVersions: ["2025-11-25", "2025-06-18"],
      instructions: "Search first.",
      searchType: "SEMANTIC",
      sessionConfiguration: { sessionTimeoutInSeconds: 1800 },
      streamingConfiguration: { enableResponseStreaming: true },
      disableMcpListToolsPagination: true,
    },
  },
  authorizerType: "CUSTOM_JWT",
  authorizerConfiguration: {
    customJWTAuthorizer: {
      discoveryUrl,
      allowedAudience: ["api://default"],
      allowedClients: ["0oa1"],
      allowedScopes: ["read"],
      advertisedScopeMapping: { read: "api://app/read" },
      customClaims: [
        {
          inboundTokenClaimName: "cid",
          inboundTokenClaimValueType: "STRING",
          authorizingClaimMatchValue: {
            claimMatchOperator: "EQUALS",
            claimMatchValue: { matchValueString: "0oa1" },
          },
        },
      ],
    },
  },
  interceptorConfigurations: [{ interceptor: { lambda: { arn: "arn" } }, interceptionPoints: ["REQUEST"] }],
  exceptionLevel: "DEBUG",
  workloadIdentityDetails: { workloadIdentityArn: "arn" },
  ResponseMetadata: { HTTPStatusCode: 200 },
};

const read = (value: unknown, environment = {}) => readConfiguration(JSON.stringify(value), environment);

/** The faults of a gateway, as `path: problem`. */
const faults = (value: unknown, environment = {}) => {
  const result = read(value, environment);
  return result.kind === "good" ? [] : result.faults.map(({ path: at, problem }) => `${at}: ${problem}`);
};

const gateway = (more: object, authorizer: object = {}) => ({
  authorizerConfiguration: { customJWTAuthorizer: { ...rules, ...authorizer } },
  ...more,
});

test("what get-gateway prints is taken as it is, and what has no effect here is named", () => {
  assert.deepEqual(read(printed), {
    kind: "good",
    configuration: {
      name: "tools",
      options: {
        authorizer: printed.authorizerConfiguration,
        targets: [],
        supportedVersions: ["2025-11-25", "2025-06-18"],
        instructions: "Search first.",
        searchType: "SEMANTIC",
        sessionTimeoutSeconds: 1800,
        exceptionLevel: "DEBUG",
        pageSize: 0,
      },
      beyondAgentCore: {},
      auditFile: undefined,
      metrics: false,
    },
    ignored: ["interceptorConfigurations"],
  });
});

test("targets are what get-gateway-target prints, an address, or a program, with variables filled in", () => {
  const targets = [
    {
      name: "aws",
      targetId: "T1",
      status: "READY",
      targetConfiguration: { mcp: { mcpServer: { endpoint: "https://a.example/mcp" } } },
    },
    {
      name: "web",
      http: { url: "https://b.example/mcp", headers: { "x-key": "k-${env:KEY}" } },
      callTimeoutSeconds: 2.5,
    },
    {
      name: "files",
      stdio: { command: "npx", args: ["${env:KEY}"], env: { A: "${env:KEY}" }, cwd: "." },
      listTimeoutSeconds: 1,
    },
  ];
  const result = read(gateway({ targets }), { KEY: "1" });
  assert.deepEqual(result.kind === "good" && result.configuration.options.targets, [
    { kind: "http", name: "aws", url: "https://a.example/mcp" },
    { kind: "http", name: "web", callTimeoutMs: 2500, url: "https://b.example/mcp", headers: { "x-key": "k-1" } },
    {
      kind: "stdio",
      name: "files",
      listTimeoutMs: 1000,
      command: "npx",
      args: ["${env:KEY}"],
      cwd: ".",
      env: { A: "1" },
    },
  ]);
});

test("what is ours stands beside AWS's own and goes where it belongs", () => {
  const limits = { subject: { rate: 10, period: "second" } };
  const introspection = { endpoint: "https://idp.example/introspect", clientId: "gw", clientSecret: "${env:SECRET}" };
  const result = read(
    gateway({
      local: {
        host: "0.0.0.0",
        port: 8080,
        publicUrl: "https://t.example/mcp",
        limits,
        auditFile: "a.jsonl",
        metrics: true,
      },
      targets: [{ name: "a", stdio: { command: "a" } }],
      beyondAgentCore: { toolScopes: { a___b: ["x"] }, requireSubject: true, deniedTokenIds: ["j"], introspection },
    }),
    { SECRET: "hidden" },
  );
  assert.deepEqual(result.kind === "good" && result.configuration, {
    name: undefined,
    options: {
      host: "0.0.0.0",
      port: 8080,
      publicUrl: "https://t.example/mcp",
      authorizer: { customJWTAuthorizer: rules },
      targets: [{ kind: "stdio", name: "a", command: "a" }],
      toolScopes: { a___b: ["x"] },
      limits,
    },
    beyondAgentCore: {
      requireSubject: true,
      deniedTokenIds: ["j"],
      introspection: { ...introspection, clientSecret: "hidden" },
    },
    auditFile: "a.jsonl",
    metrics: true,
  });
});

const claim = (type: string, claimMatchOperator: string, claimMatchValue: object, name = "cid") => ({
  customClaims: [
    {
      inboundTokenClaimName: name,
      inboundTokenClaimValueType: type,
      authorizingClaimMatchValue: { claimMatchOperator, claimMatchValue },
    },
  ],
});

const wrong: readonly (readonly [what: string, value: unknown, faults: readonly string[]])[] = [
  ["a text", "x", [": expected an object, found a text"]],
  ["nothing in it", {}, ["authorizerConfiguration: is missing; authorizerType NONE lets everyone in"]],
  ["no rules", { authorizerConfiguration: {} }, [`${path}: is missing; authorizerType NONE lets everyone in`]],
  [
    "rules that ask for nothing",
    { authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl } } },
    [`${path}: expected at least one of allowedAudience, allowedClients, allowedScopes, customClaims, found none`],
  ],
  [
    "a member that is spelled wrongly",
    gateway({}, { allowedAudiences: ["a"] }),
    [`${path}.allowedAudiences: is not known; did you mean allowedAudience?`],
  ],
  [
    "an issuer in place of its document",
    gateway({}, { discoveryUrl: "https://idp.example" }),
    [`${path}.discoveryUrl: expected an address that ends in /.well-known/openid-configuration`],
  ],
  [
    "a claim's name with a hyphen, which AWS does not take",
    gateway({}, claim("STRING", "EQUALS", { matchValueString: "a" }, "x-y")),
    [
      `${path}.customClaims[0].inboundTokenClaimName: expected letters, digits, _ . / and :, since AWS takes no hyphen here`,
    ],
  ],
  [
    "a claim's value with a colon, which AWS does not take",
    gateway({}, claim("STRING", "EQUALS", { matchValueString: "api://a" })),
    [
      `${path}.customClaims[0].authorizingClaimMatchValue.claimMatchValue.matchValueString: expected letters, digits, _ . and -, since AWS takes no : / @ or space here`,
    ],
  ],
  [
    "an operator that is not for its type",
    gateway({}, claim("STRING", "CONTAINS", { matchValueString: "a" })),
    [
      `${path}.customClaims[0]: STRING goes with EQUALS, STRING_ARRAY with CONTAINS and CONTAINS_ANY; found STRING with CONTAINS`,
    ],
  ],
  [
    "AWS's own signature",
    gateway({ authorizerType: "AWS_IAM" }),
    ["authorizerType: AWS_IAM is AWS's own signature, which cannot be checked here"],
  ],
  [
    "rules and nobody to follow them",
    gateway({ authorizerType: "NONE" }),
    ["authorizerConfiguration: goes with authorizerType CUSTOM_JWT, found NONE"],
  ],
  [
    "several faults at once",
    gateway({ local: { port: -1, metrics: "yes" }, targets: [{ name: "a b" }] }),
    [
      "local.port: expected a number from 0 to 65535, found -1",
      "local.metrics: expected true or false, found a text",
      "targets[0].name: expected letters and digits with single hyphens between them, at most 100",
    ],
  ],
  [
    "targets of no kind, of two, of AWS's own, and two of one name",
    gateway({
      targets: [
        { name: "a" },
        { name: "b", http: { url: "https://b.example" }, stdio: { command: "b" } },
        { name: "c", targetConfiguration: { mcp: { lambda: {} } } },
        { name: "a", stdio: { command: "a" } },
      ],
    }),
    [
      "targets[0]: expected one of targetConfiguration, http and stdio, found none",
      "targets[1]: expected one of targetConfiguration, http and stdio, found http and stdio",
      "targets[2].targetConfiguration: of AWS's targets, only mcp.mcpServer can run here",
      "targets[3].name: another target is called a",
    ],
  ],
  [
    "a limit and scopes for tools of no target",
    gateway({
      targets: [{ name: "files", stdio: { command: "files" } }],
      local: { limits: { tools: { file___read: { rate: 1, period: "second" } } } },
      beyondAgentCore: { toolScopes: { files_read: ["read"], files___write: ["write"] } },
    }),
    [
      "local.limits.tools.file___read: expected target___tool with the name of a target of this file",
      "beyondAgentCore.toolScopes.files_read: expected target___tool with the name of a target of this file",
    ],
  ],
  [
    "a variable that is not set",
    gateway({ targets: [{ name: "a", http: { url: "https://a.example", headers: { "x-key": "${env:NO_SUCH}" } } }] }),
    ['targets[0].http.headers["x-key"]: the variable NO_SUCH is not set'],
  ],
];

for (const [what, value, expected] of wrong) {
  test(`a file with ${what} is refused, each fault with its path`, () => {
    assert.deepEqual(faults(value), expected);
  });
}

test("a fault has the line and column where it stands, in a file with comments too", () => {
  const text = `// ours
{
  "local": { "port": true, "port": 1 },
}`;
  const result = readConfiguration(text, {});
  assert.deepEqual(result, {
    kind: "faulty",
    faults: [
      { path: "local.port", line: 3, column: 22, problem: "expected a whole number, found true or false" },
      { path: "local.port", line: 3, column: 28, problem: "is there twice" },
    ],
  });
});

test("an empty file and one that is no JSON are refused in words", () => {
  const problems = ["", "  \n", "{", '{"a": 1,, }'].map((text) => {
    const result = readConfiguration(text, {});
    return result.kind === "faulty" && result.faults[0]?.problem;
  });
  assert.deepEqual(problems, [
    "expected the JSON of a gateway, found an empty file",
    "expected the JSON of a gateway, found an empty file",
    "this is not JSON: close brace expected",
    "this is not JSON: property name expected",
  ]);
});

test("no text at all makes it throw, and no fault repeats a secret", () => {
  const secret = "s3cr3t-value";
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.json().map((json) => `{"targets": [${json}]}`),
      ),
      (text) => {
        const { kind } = readConfiguration(text, {});
        return kind === "good" || kind === "faulty";
      },
    ),
  );
  const deep = ["[".repeat(400_000), '{"a":'.repeat(90_000), "x".repeat(600_000)];
  assert.deepEqual(
    deep.map((text) => readConfiguration(text, {}).kind),
    ["faulty", "faulty", "faulty"],
  );
  const placed = gateway({
    beyondAgentCore: { introspection: { endpoint: "https://i.example", clientId: "c", clientSecret: secret } },
    targets: [{ name: "a", http: { url: "https://a.example", headers: { authorization: [secret] } } }],
  });
  assert.equal(faults(placed).length === 2 && !faults(placed).join().includes(secret), true);
});

test("what is called good, a gateway starts with", async () => {
  const result = read({ ...printed, local: { host: "127.0.0.1", path: "/here/mcp" } });
  const started = result.kind === "good" && (await startGateway(result.configuration.options));
  if (!started) throw new Error("it was not called good");
  const { pathname } = new URL(started.url);
  await started.stop();
  assert.equal(pathname, "/here/mcp");
});
