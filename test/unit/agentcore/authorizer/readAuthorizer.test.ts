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

test("a gateway without an authorizer is open", () => {
  assert.deepEqual(readAuthorizer({ ...printed, authorizerType: "NONE" }), { kind: "open" });
});

const faulty: readonly (readonly [what: string, configuration: unknown, path: string, problem: RegExp])[] = [
  ["nothing", undefined, "", /found an empty file/],
  ["an empty text", " ", "", /found an empty file/],
  ["no JSON", "{ not json", "", /this is not JSON/],
  ["a list", "[]", "", /expected what get-gateway prints/],
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
