import assert from "node:assert/strict";
import { test } from "node:test";
import { transformSync } from "esbuild";
import { exportFormats } from "../../../../src/gateway/commandLine/exportConfiguration.ts";
import { agentCoreResources, agentCoreTypes } from "../../../../src/gateway/export/agentCoreTypes.ts";
import { exportGateway } from "../../../../src/gateway/export/exportGateway.ts";
import { objectFaults, publishedResource, tableOf } from "../../../support/export/publishedTypes.ts";
import { gatewayArn, rulesOf, shopPolicies } from "../../../support/policies/shopPolicies.ts";

const SECRET = "s3cret";
const lambda = {
  lambdaArn: "arn:aws:lambda:us-east-1:123456789012:function:f",
  toolSchema: {
    inlinePayload: [
      {
        name: "t",
        description: "d",
        inputSchema: { type: "object", properties: { Name: { type: "string" } }, required: ["Name"] },
      },
    ],
  },
};
const file = {
  name: "my-shop",
  gatewayArn,
  roleArn: "arn:aws:iam::123456789012:role/gateway",
  status: "READY",
  protocolConfiguration: {
    mcp: { instructions: 'Say "hi" ${not} %{filled}', searchType: "SEMANTIC", disableMcpListToolsPagination: true },
  },
  authorizerConfiguration: {
    customJWTAuthorizer: {
      discoveryUrl: "https://idp.example/.well-known/openid-configuration",
      allowedScopes: ["read"],
      advertisedScopeMapping: { read: "api://x/read" },
      customClaims: [
        {
          inboundTokenClaimName: "cid",
          inboundTokenClaimValueType: "STRING",
          authorizingClaimMatchValue: {
            claimMatchOperator: "EQUALS",
            claimMatchValue: { matchValueString: "abc" },
          },
        },
      ],
    },
  },
  policyEngineConfiguration: { mode: "ENFORCE" },
  targets: [
    { name: "shop", http: { url: "https://shop.example/mcp", headers: { "x-key": SECRET } } },
    { name: "keyed", http: { url: `https://keyed.example/mcp?key=${SECRET}` } },
    { name: "a-b", stdio: { command: "npx", args: [SECRET], env: { TOKEN: SECRET } } },
    { name: "aB", targetConfiguration: { mcp: { mcpServer: { endpoint: "https://o.example/mcp" } } }, targetId: "X" },
    { name: "fn", targetConfiguration: { mcp: { lambda } } },
  ],
  rateLimits: [
    {
      rateLimitId: "per-person",
      status: "ACTIVE",
      dimensionKeys: ["$.context.jwt.sub"],
      entries: [{ dimensions: { "$.context.jwt.sub": "*" }, requests: [{ rate: 10, period: "minute" }] }],
    },
  ],
  local: { port: 8080 },
  beyondAgentCore: { requireSubject: true },
};

const exported = exportGateway(file, rulesOf(shopPolicies, "ENFORCE", { P3: "LOG_ONLY" }));
const template = JSON.parse(exportFormats.cloudformation(exported)) as {
  Parameters: Record<string, object>;
  Resources: Record<string, { Type: string; DependsOn?: string[]; Properties: Record<string, unknown> }>;
};

test("the table of AgentCore's types is what AWS publishes", () => {
  const types: Record<string, unknown> = {};
  const resources = Object.keys(agentCoreResources).map((name) => {
    const table = tableOf(name, publishedResource(`AWS::BedrockAgentCore::${name}`));
    Object.assign(types, table.types);
    return [name, table.own];
  });
  assert.deepEqual(agentCoreResources, Object.fromEntries(resources));
  assert.deepEqual(agentCoreTypes, types);
});

test("every resource of the template is one that CloudFormation takes, and refers to what is there", () => {
  const faults = Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) =>
    objectFaults(Properties, publishedResource(Type), id),
  );
  assert.deepEqual(faults, []);
  // The check would have found something.
  assert.deepEqual(objectFaults({ Nam: 1 }, publishedResource("AWS::BedrockAgentCore::PolicyEngine"), "x"), [
    "x.Name is missing",
    "x.Nam is not known",
  ]);
  const text = JSON.stringify(template);
  const attributes = [...text.matchAll(/"Fn::GetAtt":\["(\w+)","(\w+)"\]/g)].map(([, id = "", attribute = ""]) => [
    id,
    attribute,
  ]);
  const parameters = [...text.matchAll(/"Ref":"(\w+)"/g)].map(([, name = ""]) => name);
  assert.ok(attributes.length >= 12 && parameters.length >= 3, `${attributes} ${parameters}`);
  for (const [id = "", attribute = ""] of attributes) {
    const { attributes: published = {} } = publishedResource(template.Resources[id]?.Type ?? "");
    assert.ok(Object.hasOwn(published, attribute), `${id}.${attribute}`);
  }
  assert.deepEqual([...new Set(parameters)].sort(), Object.keys(template.Parameters).sort());
});

test("the template says what the file says: authorizer, targets, limits, and policies for the gateway that is made", () => {
  const { Gateway, Policy3, RateLimit1, ...others } = template.Resources;
  const claims = Gateway?.Properties.AuthorizerConfiguration as { CustomJWTAuthorizer: { CustomClaims: unknown[] } };
  const join = {
    "Fn::Join": ["", [shopPolicies.P3.split(gatewayArn)[0], { "Fn::GetAtt": ["Gateway", "GatewayArn"] }]],
  };
  const [statement] = [Policy3?.Properties.Definition].map(
    (one) => (one as { Cedar: { Statement: object } }).Cedar.Statement,
  );
  assert.deepEqual(
    {
      ids: Object.keys(others),
      name: Gateway?.Properties.Name,
      type: Gateway?.Properties.AuthorizerType,
      claims: claims.CustomJWTAuthorizer.CustomClaims,
      engine: Gateway?.Properties.PolicyEngineConfiguration,
      statement: { "Fn::Join": ["", (statement as typeof join)["Fn::Join"][1]?.slice(0, 2)] },
      mode: Policy3?.Properties.EnforcementMode,
      after: Policy3?.DependsOn,
      limit: RateLimit1?.Properties.Entries,
    },
    {
      ids: ["PolicyEngine", "TargetShop", "TargetKeyed", "TargetAB", "TargetAbN4", "TargetFn", "Policy1", "Policy2"],
      name: "my-shop",
      type: "CUSTOM_JWT",
      claims: [
        {
          InboundTokenClaimName: "cid",
          InboundTokenClaimValueType: "STRING",
          AuthorizingClaimMatchValue: { ClaimMatchOperator: "EQUALS", ClaimMatchValue: { MatchValueString: "abc" } },
        },
      ],
      engine: { Arn: { "Fn::GetAtt": ["PolicyEngine", "PolicyEngineArn"] }, Mode: "ENFORCE" },
      statement: join,
      mode: "LOG_ONLY",
      after: ["TargetShop", "TargetKeyed", "TargetAB", "TargetAbN4", "TargetFn"],
      limit: [{ Dimensions: { "$.context.jwt.sub": "*" }, Requests: [{ Rate: 10, Period: "minute" }] }],
    },
  );
});

test("what cannot be said is listed, and no secret is in any language", () => {
  assert.deepEqual(exported.notSaid, [
    "local",
    "beyondAgentCore",
    "targets[0].http.headers, which a credential provider takes the place of",
    "targets[1].http.url, for which TargetKeyedEndpoint stands",
    "targets[2].stdio, for which TargetABEndpoint stands",
    "protocolConfiguration.mcp.disableMcpListToolsPagination",
  ]);
  for (const [format, write] of Object.entries(exportFormats)) {
    const text = write(exported);
    assert.ok(text.includes("my-shop"), format);
    assert.equal(text.includes(SECRET), false, format);
  }
});

test("the CDK's program is TypeScript with the constructs of the same types, by the CDK's names", () => {
  const text = exportFormats.cdk(exported);
  assert.equal(transformSync(text, { loader: "ts" }).warnings.length, 0);
  const made = [...text.matchAll(/new agentcore\.Cfn(\w+)\(this, "(\w+)"/g)].map(([, type, id]) => [id, type]);
  assert.deepEqual(
    Object.fromEntries(made),
    Object.fromEntries(Object.entries(template.Resources).map(([id, { Type }]) => [id, Type.split("::")[2]])),
  );
  assert.match(text, /customJwtAuthorizer: \{/);
  assert.match(text, /"Name": \{\n\s+type: "string"/);
  assert.match(text, /policy1\.node\.addDependency\(targetShop\);/);
});

test("Terraform's configuration names every resource and property in its way, and fills in nothing that is text", () => {
  const text = exportFormats.terraform(exported);
  const made = [...text.matchAll(/^resource "awscc_bedrockagentcore_(\w+)" "(\w+)"/gm)].map(([, type]) => type);
  assert.deepEqual(made, [
    ...["policy_engine", "gateway", ...Array(5).fill("gateway_target"), "gateway_rate_limit"],
    ...Array(3).fill("policy"),
  ]);
  assert.ok(text.includes('instructions = "Say \\"hi\\" $${not} %%{filled}"'));
  assert.ok(text.includes("custom_jwt_authorizer = {"));
  assert.ok(text.includes('AgentCore::Gateway::\\"${awscc_bedrockagentcore_gateway.gateway.gateway_arn}\\"'));
  assert.ok(text.includes('"$.context.jwt.sub" = "*"'));
  assert.equal(text.split("{").length, text.split("}").length);
});
