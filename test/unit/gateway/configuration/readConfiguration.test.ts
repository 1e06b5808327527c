import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readConfiguration } from "../../../../src/gateway/configuration/readConfiguration.ts";
import { startGateway } from "../../../../src/gateway/startGateway.ts";
import { runs } from "../../../support/bulk.ts";

const discoveryUrl = "https://idp.example/oauth2/default/.well-known/openid-configuration";
const rules = { discoveryUrl, allowedAudience: ["api://default"] };
const path = "authorizerConfiguration.customJWTAuthorizer";

const lambda = { arn: "arn:aws:lambda:us-west-2:123456789012:function:x" };
const privateEndpoint = { selfManagedLatticeResource: { resourceConfigurationIdentifier: "rcfg-0123456789abcdefg" } };

/** What `aws bedrock-agentcore-control get-gateway` prints for a gateway with every member of AWS's model. */
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
      privateEndpoint,
      privateEndpointOverrides: [{ domain: "idp.example", privateEndpoint }],
      allowedWorkloadConfiguration: { workloadIdentities: ["one"] },
    },
  },
  kmsKeyArn: "arn:aws:kms:us-west-2:123456789012:key/12345678-1234-1234-1234-123456789012",
  customTransformConfiguration: { lambda },
  interceptorConfigurations: [{ interceptor: { lambda }, interceptionPoints: ["REQUEST"] }],
  policyEngineConfiguration: {
    arn: "arn:aws:bedrock-agentcore:us-west-2:123456789012:policy-engine/a",
    mode: "ENFORCE",
  },
  workloadIdentityDetails: { workloadIdentityArn: "arn" },
  exceptionLevel: "DEBUG",
  webAclArn: "arn:aws:wafv2:us-west-2:123456789012:regional/webacl/a/b",
  wafConfiguration: { failureMode: "FAIL_CLOSE" },
  tags: { team: "tools" },
  ResponseMetadata: { HTTPStatusCode: 200 },
};

const orderTool = { name: "order", inputSchema: { type: "object" }, annotations: { readOnlyHint: true } };

/** What `get-gateway-target` prints for a target with every member of AWS's model. */
const printedTarget = {
  gatewayArn: printed.gatewayArn,
  targetId: "A1B2C3D4E5",
  createdAt: printed.createdAt,
  updatedAt: printed.updatedAt,
  status: "READY",
  statusReasons: [],
  name: "aws",
  description: "A shop",
  targetConfiguration: {
    mcp: {
      mcpServer: {
        endpoint: "https://a.example/mcp",
        mcpToolSchema: { inlinePayload: JSON.stringify({ tools: [orderTool] }) },
        listingMode: "DEFAULT",
        resourcePriority: 3,
      },
    },
  },
  credentialProviderConfigurations: [
    {
      credentialProviderType: "GATEWAY_IAM_ROLE",
      credentialProvider: { iamCredentialProvider: { service: "execute-api", region: "us-west-2" } },
    },
  ],
  lastSynchronizedAt: printed.updatedAt,
  metadataConfiguration: { allowedRequestHeaders: ["x-tenant"] },
  privateEndpoint,
  privateEndpointManagedResources: [{ domain: "a.example" }],
  authorizationData: { oauth2: { authorizationUrl: "https://idp.example/authorize" } },
  protocolType: "MCP",
  certificateConfigurations: [{ s3: { uri: "s3://bucket/ca.pem" } }],
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
  assert.deepEqual(read({ ...printed, targets: [printedTarget] }), {
    kind: "good",
    configuration: {
      name: "tools",
      gatewayArn: printed.gatewayArn,
      options: {
        authorizer: printed.authorizerConfiguration,
        targets: [{ kind: "http", name: "aws", url: "https://a.example/mcp", tools: [orderTool] }],
        supportedVersions: ["2025-11-25", "2025-06-18"],
        instructions: "Search first.",
        searchType: "SEMANTIC",
        sessionTimeoutSeconds: 1800,
        asksCallers: true,
        exceptionLevel: "DEBUG",
        pageSize: 0,
      },
      beyondAgentCore: {},
      auditFile: undefined,
      metrics: false,
    },
    ignored: [
      "customTransformConfiguration",
      "policyEngineConfiguration",
      "wafConfiguration",
      "webAclArn",
      `${path}.allowedWorkloadConfiguration`,
      "interceptorConfigurations[0]",
      "targets[0].privateEndpoint",
      "targets[0].certificateConfigurations",
      "targets[0].targetConfiguration.mcp.mcpServer.resourcePriority",
      "targets[0].credentialProviderConfigurations",
      "targets[0].metadataConfiguration",
    ],
    notRun: [],
  });
});

test("what AWS prints and says nothing is not named as being without effect", () => {
  const empty = { interceptorConfigurations: [], policyEngineConfiguration: {}, wafConfiguration: null };
  const result = read({ ...gateway(empty), targets: [{ ...printedTarget, metadataConfiguration: {} }] });
  assert.equal(result.kind === "good" && result.ignored.includes("targets[0].privateEndpoint"), true);
  assert.deepEqual(result.kind === "good" && result.ignored.filter((one) => /^\w+$|metadata/.test(one)), []);
});

test("targets are what get-gateway-target prints, an address, or a program, with variables filled in", () => {
  const targets = [
    printedTarget,
    {
      name: "web",
      http: { url: "https://b.example/mcp", headers: { "x-key": "k-${env:KEY}" } },
      callTimeoutSeconds: 2.5,
    },
    {
      name: "files",
      stdio: { command: "npx", args: ["${env:KEY}"], env: { A: "${env:KEY}" }, cwd: ".", startTimeoutSeconds: 90 },
      listTimeoutSeconds: 1,
    },
  ];
  const result = read(gateway({ targets }), { KEY: "1" });
  assert.deepEqual(result.kind === "good" && result.configuration.options.targets, [
    { kind: "http", name: "aws", url: "https://a.example/mcp", tools: [orderTool] },
    { kind: "http", name: "web", callTimeoutMs: 2500, url: "https://b.example/mcp", headers: { "x-key": "k-1" } },
    {
      kind: "stdio",
      name: "files",
      listTimeoutMs: 1000,
      startTimeoutMs: 90_000,
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
  const dpop = { required: true, nonces: true, lifetimeSeconds: 60 };
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
      beyondAgentCore: {
        toolScopes: { a___b: ["x"] },
        requireSubject: true,
        deniedTokenIds: ["j"],
        introspection,
        dpop,
      },
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
      asksCallers: false,
      toolScopes: { a___b: ["x"] },
      limits,
    },
    beyondAgentCore: {
      requireSubject: true,
      deniedTokenIds: ["j"],
      dpop,
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
      `${path}.customClaims[0].authorizingClaimMatchValue.claimMatchOperator: EQUALS goes with STRING, found "CONTAINS"`,
    ],
  ],
  [
    "an array and an operator for a text",
    gateway({}, claim("STRING_ARRAY", "EQUALS", { matchValueString: "a" })),
    [
      `${path}.customClaims[0].authorizingClaimMatchValue.claimMatchOperator: CONTAINS and CONTAINS_ANY go with STRING_ARRAY, found "EQUALS"`,
    ],
  ],
  ...(
    [
      [
        "STRING",
        "EQUALS",
        { matchValueStringList: ["a"] },
        "List: does not go with EQUALS, which needs matchValueString",
      ],
      [
        "STRING_ARRAY",
        "CONTAINS",
        { matchValueStringList: ["a"] },
        "List: does not go with CONTAINS, which needs matchValueString",
      ],
      [
        "STRING_ARRAY",
        "CONTAINS_ANY",
        { matchValueString: "a" },
        ": does not go with CONTAINS_ANY, which needs matchValueStringList",
      ],
      [
        "STRING_ARRAY",
        "CONTAINS_ANY",
        { matchValueString: "a", matchValueStringList: ["b"] },
        ": does not go with CONTAINS_ANY, which needs matchValueStringList",
      ],
    ] as const
  ).map(
    ([type, operator, value, said]) =>
      [
        `${operator} with ${Object.keys(value).join(" and ")}`,
        gateway({}, claim(type, operator, value)),
        [`${path}.customClaims[0].authorizingClaimMatchValue.claimMatchValue.matchValueString${said}`],
      ] as const,
  ),
  [
    "a claim with nothing to match",
    gateway({}, claim("STRING", "EQUALS", {})),
    [
      `${path}.customClaims[0].authorizingClaimMatchValue.claimMatchValue: EQUALS needs matchValueString, found no value`,
    ],
  ],
  [
    "advertised scopes that no header can carry, and too long ones",
    gateway(
      {},
      { allowedScopes: ["s", "t", "u"], advertisedScopeMapping: { s: 'a" b\nc', t: "", u: "x".repeat(256) } },
    ),
    [
      `${path}.advertisedScopeMapping.s: expected a scope without spaces, quotation marks or backslashes (RFC 6749, 3.3)`,
      `${path}.advertisedScopeMapping.t: expected a text, found an empty one`,
      `${path}.advertisedScopeMapping.u: expected at most 255 characters, found 256`,
    ],
  ],
  [
    "mapped scopes that are none, or none of allowedScopes",
    gateway({}, { allowedScopes: ["read"], advertisedScopeMapping: { "a b": "x", raed: "api://app/read" } }),
    [
      `${path}.advertisedScopeMapping["a b"]: its name is invalid: expected a scope without spaces, quotation marks or backslashes (RFC 6749, 3.3)`,
      `${path}.advertisedScopeMapping.raed: expected one of allowedScopes, or of a tool's scopes, as its name`,
    ],
  ],
  [
    "a mapped scope that no tool needs",
    gateway(
      {
        targets: [{ name: "a", stdio: { command: "a" } }],
        beyondAgentCore: { toolScopes: { a___b: ["write"] } },
      },
      { allowedScopes: ["read"], advertisedScopeMapping: { read: "r", write: "w", delete: "d" } },
    ),
    [`${path}.advertisedScopeMapping.delete: expected one of allowedScopes, or of a tool's scopes, as its name`],
  ],
  [
    "a discoveryUrl that is none",
    gateway({}, { discoveryUrl: "https:// /.well-known/openid-configuration" }),
    [`${path}.discoveryUrl: expected an address that ends in /.well-known/openid-configuration`],
  ],
  [
    "names and descriptions that AWS does not take",
    gateway({
      name: "a".repeat(49),
      description: "",
      targets: [{ name: "a", description: "x".repeat(201), stdio: { command: "a" } }],
    }),
    [
      "name: expected letters and digits with single hyphens between them, at most 48 without the hyphens",
      "description: expected a text, found an empty one",
      "targets[0].description: expected at most 200 characters, found 201",
    ],
  ],
  [
    "a target of AWS without TLS that is not on this machine",
    gateway({
      targets: ["http://plain.example/mcp", "http://localhost:1/mcp", "http://127.0.0.1/mcp", "http://[::1]:1/mcp"].map(
        (endpoint, index) => ({ name: `t${index}`, targetConfiguration: { mcp: { mcpServer: { endpoint } } } }),
      ),
    }),
    [
      "targets[0].targetConfiguration.mcp.mcpServer.endpoint: expected an https address, or an http address of this machine",
    ],
  ],
  [
    "hosts that no request can name",
    gateway({
      local: {
        host: "http://127.0.0.1",
        allowedHosts: [
          "Tools.example",
          "example.com:8080",
          "https://x.example",
          "*.x.example",
          "[2001:db8:0::1]",
          "[::1]",
        ],
      },
    }),
    [
      "local.host: expected the name of a host, or its address, without https:// and without port",
      ...[1, 2, 3].map(
        (at) =>
          `local.allowedHosts[${at}]: expected the name of a host, or its address (IPv6 in brackets), without https:// and without port`,
      ),
      "local.allowedHosts[4]: expected [2001:db8::1], as requests name it",
    ],
  ],
  [
    "AWS's own signature and rules for tokens",
    gateway({ authorizerType: "AWS_IAM" }),
    ["authorizerConfiguration: goes with authorizerType CUSTOM_JWT, found AWS_IAM"],
  ],
  [
    "rules and nobody to follow them",
    gateway({ authorizerType: "NONE" }),
    ["authorizerConfiguration: goes with authorizerType CUSTOM_JWT, found NONE"],
  ],
  [
    "a type of authorizer and of a claim's value that are no texts",
    gateway(
      { authorizerType: 1 },
      {
        customClaims: [
          {
            ...claim("STRING", "EQUALS", { matchValueString: "a" }).customClaims[0],
            inboundTokenClaimValueType: null,
          },
        ],
      },
    ),
    [
      `${path}.customClaims[0].inboundTokenClaimValueType: expected a text, found null`,
      "authorizerType: expected a text, found a number",
    ],
  ],
  [
    "an authorizer without rules and nobody to follow them",
    { authorizerType: "NONE", authorizerConfiguration: {} },
    ["authorizerConfiguration: goes with authorizerType CUSTOM_JWT, found NONE"],
  ],
  [
    "an authorizer's rules for nobody",
    { authorizerType: "NONE", beyondAgentCore: { requireSubject: true, refuseIdTokens: true } },
    ["requireSubject", "refuseIdTokens"].map(
      (name) => `beyondAgentCore.${name}: needs an authorizer: with authorizerType NONE nobody sends a token`,
    ),
  ],
  [
    "faults of every kind at once, none of which comes from another",
    {
      nane: "tools",
      authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl, allowedScopes: "read" } },
      targets: [
        { name: "a" },
        { name: "a", http: { url: "https://a.example/", headers: { k: "${env:NOT_SET}", l: 1 } } },
        { name: "b", http: { url: "ftp://b.example", headers: { k: "${env:NOT_SET} ${env:NOR_THIS}" } }, stdio: {} },
        { name: "b", targetConfiguration: { mcp: { mcpServer: { endpoint: "https://b.example" } } } },
      ],
      local: { port: -1, metrics: "yes", maxResultMiB: 300 },
      beyondAgentCore: { toolScopes: { nope___x: ["s"] }, requireSubjects: true },
    },
    [
      "nane: is not known; did you mean name?",
      `${path}.allowedScopes: expected a list, found a text`,
      "targets[0]: expected one of targetConfiguration, http and stdio, found none",
      "targets[1].name: another target is called a",
      "targets[1].http.headers.k: the variable NOT_SET is not set",
      "targets[1].http.headers.l: expected a text, found a number",
      "targets[2]: expected one of targetConfiguration, http and stdio, found http and stdio",
      "targets[2].http.url: expected an http or https address",
      "targets[2].http.headers.k: the variable NOT_SET is not set",
      "targets[2].http.headers.k: the variable NOR_THIS is not set",
      "targets[2].stdio.command: is missing",
      "targets[3].name: another target is called b",
      "local.port: expected a number from 0 to 65535, found -1",
      "local.metrics: expected true or false, found a text",
      "local.maxResultMiB: expected a number from 1 to 256, found 300",
      "beyondAgentCore.toolScopes.nope___x: expected target___tool with the name of a target of this file",
      "beyondAgentCore.requireSubjects: is not known; did you mean requireSubject?",
    ],
  ],
  [
    "a target whose name is wrong, which tools may mean",
    gateway({
      targets: [{ name: "a b", stdio: { command: "a" } }],
      beyondAgentCore: { toolScopes: { ab___x: ["s"] } },
    }),
    ["targets[0].name: expected letters and digits with single hyphens between them, at most 100 without the hyphens"],
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
      "targets[2].targetConfiguration.mcp.lambda.lambdaArn: is missing",
      "targets[2].targetConfiguration.mcp.lambda.toolSchema: is missing",
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
  ...["${TOKEN}", "${input:token}", "${env:A-B}", "${env:}", "${ENV:A}", "${", "${secrets.A}"].map(
    (form): (typeof wrong)[number] => [
      `the form ${form} in the place of a variable`,
      gateway({
        targets: [
          { name: "a", http: { url: "https://a.example", headers: { authorization: `Bearer ${form}` } } },
          { name: "b", stdio: { command: "b", env: { KEY: form } } },
        ],
      }),
      [
        `targets[0].http.headers.authorization: expected \${env:NAME} for a variable, found ${form}`,
        `targets[1].stdio.env.KEY: expected \${env:NAME} for a variable, found ${form}`,
      ],
    ],
  ),
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
  "authorizerType": "NONE",
}`;
  const result = readConfiguration(text, {});
  assert.deepEqual(result, {
    kind: "faulty",
    faults: [
      { path: "local.port", line: 3, column: 22, problem: "expected a whole number, found true or false" },
      { path: "local.port", line: 3, column: 28, problem: "appears twice" },
    ],
  });
});

test("a byte order mark is no part of the file, and does not move the place of a fault", () => {
  const bad = '{ "authorizerType": "NO" }';
  const places = [bad, `\uFEFF${bad}`, `\uFEFF\n${bad}`, "\uFEFF{"].map((text) => {
    const result = readConfiguration(text, {});
    return result.kind === "faulty" && result.faults.map(({ path: at, line, column }) => `${at} ${line}:${column}`);
  });
  assert.deepEqual(places, [["authorizerType 1:21"], ["authorizerType 1:21"], ["authorizerType 2:21"], [" 1:2"]]);
  assert.equal(readConfiguration(`\uFEFF${JSON.stringify(gateway({}))}`, {}).kind, "good");
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
    runs(1000),
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
