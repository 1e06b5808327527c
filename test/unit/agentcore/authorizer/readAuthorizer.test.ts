import assert from "node:assert/strict";
import { test } from "node:test";
import { readAuthorizer } from "../../../../src/agentcore/authorizer/readAuthorizer.ts";

const rules = { discoveryUrl: "https://idp.example/.well-known/openid-configuration", allowedAudience: ["api"] };
const configuration = { customJWTAuthorizer: rules };
const good = { kind: "rules", rules, clockSkewSeconds: 0, beyond: {}, alsoDecides: [] };

/** What `aws bedrock-agentcore-control get-gateway` prints. */
const printed = {
  gatewayArn: "arn:aws:bedrock-agentcore:us-east-1:1:gateway/g-0123456789",
  gatewayId: "g-0123456789",
  gatewayUrl: "https://g-0123456789.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp",
  status: "READY",
  protocolType: "MCP",
  authorizerType: "CUSTOM_JWT",
  authorizerConfiguration: configuration,
};

test("the rules are found in whatever people have: get-gateway, authorizerConfiguration, the authorizer, text or value", () => {
  const withComments = `// copied\n{ /* all */ "customJWTAuthorizer": ${JSON.stringify(rules)}, }`;
  const forms = [printed, { authorizerConfiguration: configuration }, configuration, rules];
  assert.deepEqual(
    [...forms, ...forms.map((form) => JSON.stringify(form, null, 2)), withComments].map(readAuthorizer),
    Array.from({ length: 9 }, () => good),
  );
});

test("what a gateway of ours asks beyond AgentCore is read too, and what else decides is named", () => {
  const read = readAuthorizer({
    ...printed,
    interceptorConfigurations: [{ interceptionPoints: ["REQUEST"] }],
    policyEngineConfiguration: { mode: "ENFORCE" },
    wafConfiguration: {},
    webAclArn: "arn:aws:wafv2:us-east-1:1:regional/webacl/a/b",
    local: { clockSkewSeconds: 30 },
    beyondAgentCore: {
      requireSubject: true,
      refuseIdTokens: true,
      deniedTokenIds: ["j1"],
      introspection: { endpoint: "https://idp.example/introspect", clientId: "gw", clientSecret: "${env:S}" },
    },
  });
  assert.deepEqual(read, {
    ...good,
    clockSkewSeconds: 30,
    beyond: { requireSubject: true, refuseIdTokens: true, deniedTokenIds: ["j1"] },
    alsoDecides: [
      "interceptorConfigurations",
      "policyEngineConfiguration",
      "webAclArn",
      "beyondAgentCore.introspection",
    ],
  });
});

test("what is empty or nothing decides nothing, and each other decider is named alone", () => {
  const also = (more: object) => {
    const read = readAuthorizer({ ...printed, ...more });
    return read.kind === "rules" ? read.alsoDecides : read.kind;
  };
  const names = ["interceptorConfigurations", "policyEngineConfiguration", "webAclArn", "wafConfiguration"];
  assert.deepEqual(
    names.map((name) => also({ [name]: name === "webAclArn" ? "arn:aws:wafv2:x" : { a: 1 } })),
    names.map((name) => [name]),
  );
  for (const empty of [null, [], {}])
    assert.deepEqual(
      names.map((name) => also({ [name]: empty })),
      Array(4).fill([]),
    );
  assert.deepEqual(also({ beyondAgentCore: { introspection: { endpoint: "x" } } }), ["beyondAgentCore.introspection"]);
});

test("a clock may be off by five minutes at the most, and a rule beyond AgentCore's is on where it is true", () => {
  const read = (more: object) => {
    const one = readAuthorizer({ ...printed, ...more });
    return one.kind === "rules" ? { skew: one.clockSkewSeconds, beyond: one.beyond } : one;
  };
  const skews = [0, 1, 300, 301, -1, "30", null].map((clockSkewSeconds) => read({ local: { clockSkewSeconds } }));
  assert.deepEqual(
    skews,
    [0, 1, 300, 0, 0, 0, 0].map((skew) => ({ skew, beyond: {} })),
  );
  const beyond = [
    ...[{ requireSubject: true }, { refuseIdTokens: true }, { deniedTokenIds: ["a", 7, "b"] }, { deniedTokenIds: "a" }],
    ...[
      { requireSubject: false, refuseIdTokens: "true" },
      { requireSubject: 1, refuseIdTokens: null },
    ],
  ].map((beyondAgentCore) => read({ beyondAgentCore }));
  assert.deepEqual(
    beyond,
    [
      ...[
        { requireSubject: true },
        { refuseIdTokens: true },
        { deniedTokenIds: ["a", "b"] },
        { deniedTokenIds: ["a"] },
      ],
      ...[{}, {}],
    ].map((one) => ({ skew: 0, beyond: one })),
  );
});

test("rules of the whole gateway come before others, and what is no object is none", () => {
  const other = { ...rules, allowedAudience: ["other"] };
  assert.deepEqual(readAuthorizer({ ...printed, customJWTAuthorizer: other, discoveryUrl: "x" }), good);
  assert.deepEqual(readAuthorizer({ authorizerConfiguration: { customJWTAuthorizer: 7 }, ...configuration }), good);
  assert.deepEqual(readAuthorizer({ ...configuration, ...other }), good);
});

test("each way of AWS's own signature is told at its place", () => {
  for (const type of ["AWS_IAM", "AUTHENTICATE_ONLY"]) {
    const problem = `${type} is AWS's own signature, and no token is looked at`;
    const read = readAuthorizer(`{\n  "authorizerType": "${type}"\n}`);
    assert.deepEqual(read, {
      kind: "faulty",
      faults: [{ path: "authorizerType", line: 2, column: 21, problem }],
    });
  }
  assert.deepEqual(readAuthorizer({ ...printed, authorizerType: "CUSTOM_JWT" }), good);
});

test("a gateway without an authorizer is open", () => {
  assert.deepEqual(readAuthorizer({ ...printed, authorizerType: "NONE" }), { kind: "open" });
});

const faulty: readonly (readonly [what: string, configuration: unknown, path: string, problem: RegExp])[] = [
  ["nothing", undefined, "", /found an empty file/],
  ["an empty text", " ", "", /found an empty file/],
  ["no JSON", "{ not json", "", /this is not JSON/],
  ["a list", "[]", "", /^expected what get-gateway prints, its authorizerConfiguration, or customJWTAuthorizer$/],
  ["another object", { gatewayId: "g" }, "", /expected what get-gateway prints/],
  ["AWS's own signature", { authorizerType: "AWS_IAM" }, "authorizerType", /no token is looked at/],
  ["no rule at all", { discoveryUrl: rules.discoveryUrl }, "", /at least one of allowedAudience/],
  [
    "no discovery document",
    { customJWTAuthorizer: { ...rules, discoveryUrl: "https://idp.example" } },
    "customJWTAuthorizer.discoveryUrl",
    /ends in \/\.well-known/,
  ],
  [
    "a slip in a name",
    { customJWTAuthorizer: { ...rules, allowedAudiences: ["api"] } },
    "customJWTAuthorizer.allowedAudiences",
    /did you mean allowedAudience/,
  ],
  [
    "a scope with a space",
    { authorizerConfiguration: { customJWTAuthorizer: { ...rules, allowedScopes: ["a b"] } } },
    "authorizerConfiguration.customJWTAuthorizer.allowedScopes[0]",
    /a scope without spaces/,
  ],
  [
    "an operator of the other type",
    {
      ...rules,
      customClaims: [
        {
          inboundTokenClaimName: "cid",
          inboundTokenClaimValueType: "STRING",
          authorizingClaimMatchValue: { claimMatchOperator: "CONTAINS", claimMatchValue: { matchValueString: "x" } },
        },
      ],
    },
    "customClaims[0].authorizingClaimMatchValue.claimMatchOperator",
    /EQUALS goes with STRING/,
  ],
];

for (const [what, given, path, problem] of faulty) {
  test(`${what} is no authorizer, and the fault says where and why`, () => {
    const read = readAuthorizer(given);
    assert.equal(read.kind, "faulty");
    const [first] = read.kind === "faulty" ? read.faults : [];
    assert.equal(first?.path, path);
    assert.match(first?.problem ?? "", problem);
  });
}

test("a fault in a text has the line and column where it is", () => {
  const read = readAuthorizer(
    `{\n  "discoveryUrl": "https://idp.example/.well-known/openid-configuration",\n  "allowedClients": []\n}`,
  );
  const [first] = read.kind === "faulty" ? read.faults : [];
  assert.deepEqual([first?.line, first?.column], [3, 21]);
});

test("every fault is told, in the order of the document, not only those of its shape", () => {
  const read = readAuthorizer({
    customJWTAuthorizer: {
      advertisedScopeMapping: { "wr ite": "api://app/write", read: "a\nb" },
      discoveryUrl: "https://xn--a/.well-known/openid-configuration",
      allowedScopes: ["read", "write"],
      allowedAudience: [],
      customClaims: [
        {
          inboundTokenClaimName: "x-y",
          inboundTokenClaimValueType: "STRING",
          authorizingClaimMatchValue: { claimMatchOperator: "CONTAINS", claimMatchValue: {} },
        },
      ],
    },
  });
  assert.deepEqual(read.kind === "faulty" && read.faults.map(({ path, line }) => `${line} ${path}`), [
    '4 customJWTAuthorizer.advertisedScopeMapping["wr ite"]',
    "5 customJWTAuthorizer.advertisedScopeMapping.read",
    "7 customJWTAuthorizer.discoveryUrl",
    "12 customJWTAuthorizer.allowedAudience",
    "15 customJWTAuthorizer.customClaims[0].inboundTokenClaimName",
    "18 customJWTAuthorizer.customClaims[0].authorizingClaimMatchValue.claimMatchOperator",
    "19 customJWTAuthorizer.customClaims[0].authorizingClaimMatchValue.claimMatchValue",
  ]);
});
