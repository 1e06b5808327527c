import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfiguration } from "../../../../src/gateway/configuration/readConfiguration.ts";
import { allAwsTargets, awsTargets, orderApi, orderYaml, weatherTool } from "../../../support/awsTargets.ts";

const open = (more: object) => ({ authorizerType: "NONE", ...more });
const guarded = (more: object) => ({
  authorizerConfiguration: {
    customJWTAuthorizer: {
      discoveryUrl: "https://idp.example/.well-known/openid-configuration",
      allowedAudience: ["api"],
    },
  },
  ...more,
});

const files: Readonly<Record<string, string>> = {
  "tools.json": JSON.stringify([weatherTool]),
  "api.json": JSON.stringify(orderApi),
  "api.yaml": "openapi: 3.0.3\npaths:\n  /a:\n    get: {}\n",
  "orders.yaml": orderYaml,
};

const read = (value: object, environment = {}) =>
  readConfiguration(JSON.stringify(value), environment, {
    read: () => [],
    readSchema(path) {
      if (files[path] === undefined) throw new Error(`${path}: there is no such file`);
      return { file: path, text: files[path] };
    },
  });

const faults = (value: object, environment = {}) => {
  const result = read(value, environment);
  return result.kind === "good"
    ? []
    : result.faults.map(({ file, line, column, path, problem }) =>
        file === undefined ? `${path}: ${problem}` : `${file}:${line}:${column}: ${problem}`,
      );
};

const good = (value: object, environment = {}) => {
  const result = read(value, environment);
  if (result.kind !== "good") throw new Error(JSON.stringify(result.faults));
  return result;
};

test("every kind of target that AWS prints is taken, and what runs at AWS only is named", () => {
  const { configuration, notRun, ignored } = good(guarded({ targets: allAwsTargets }));
  const listed = configuration.options.targets.flatMap((target) =>
    target.kind === "stub" ? target.tools.map(({ name }) => `${target.name}___${name}`) : [`${target.name} is run`],
  );
  assert.deepEqual(
    {
      listed,
      paths: configuration.options.pathTargets?.map(({ kind, name }) => `${name} ${kind}`),
      notRun: notRun.map((one) => one.replace(/:.*/, "")),
      ignored,
    },
    {
      listed: Object.values(awsTargets).flatMap(({ tools }) => [...tools]),
      paths: ["assistant", "partner", "memory", "models", "bedrock"].map((name) => `${name} elsewhere`),
      notRun: [
        "weather (mcp.lambda)",
        "orders (mcp.openApiSchema)",
        "shop (mcp.smithyModel)",
        "pets (mcp.apiGateway)",
        "web (mcp.connector)",
        "kb (mcp.connector)",
        "assistant (http.agentcoreRuntime)",
        "partner (http.passthrough A2A)",
        "memory (http.connector)",
        "models (inference.provider)",
        "bedrock (inference.connector)",
      ],
      ignored: [],
    },
  );
});

test("a description in YAML gives the tools that the same one in JSON gives, from the file and from beside it", () => {
  const targets = [
    { name: "json", targetConfiguration: { mcp: { openApiSchema: { inlinePayload: JSON.stringify(orderApi) } } } },
    { name: "inline", targetConfiguration: { mcp: { openApiSchema: { inlinePayload: orderYaml } } } },
    {
      name: "crlf",
      targetConfiguration: { mcp: { openApiSchema: { inlinePayload: orderYaml.replaceAll("\n", "\r\n") } } },
    },
    { name: "mark", targetConfiguration: { mcp: { openApiSchema: { inlinePayload: `\uFEFF${orderYaml}` } } } },
    { name: "beside", targetConfiguration: { mcp: { openApiSchema: { s3 } } } },
  ];
  const { configuration } = good(open({ targets, local: { schemas: { beside: "orders.yaml" } } }));
  const [json, ...others] = configuration.options.targets.map((one) => (one.kind === "stub" ? one.tools : []));
  assert.equal(json?.length, 3);
  for (const tools of others) assert.deepEqual(tools, json);
});

test("what is wrong in a YAML text of the gateway's file is told where it stands there, and by the text's own lines", () => {
  const inlinePayload = 'openapi: "3.0.3"\npaths:\n  /a:\n    get: [1\n';
  const targets = [{ name: "o", targetConfiguration: { mcp: { openApiSchema: { inlinePayload } } } }];
  const text = JSON.stringify(open({ targets }));
  const result = readConfiguration(text, {}, { read: () => [] });
  const [first] = result.kind === "faulty" ? result.faults : [];
  assert.equal(first?.problem.replace(/: .* \(/, ": … ("), "this is not YAML: … (line 5, column 1 of the text)");
  // It ends where the text does: at the quotation mark.
  assert.equal(text.slice((first?.column ?? 0) - 1, (first?.column ?? 0) + 3), '"}}}');
});

const s3 = { uri: "s3://bucket/schema.json" };
const lambdaArn = "arn:aws:lambda:us-west-2:123456789012:function:f";

test("a file of this machine stands in for one in S3, and where none does that is said", () => {
  const targets = [
    { name: "l", targetConfiguration: { mcp: { lambda: { lambdaArn, toolSchema: { s3 } } } } },
    { name: "o", targetConfiguration: { mcp: { openApiSchema: { s3 } } } },
    { name: "g", targetConfiguration: awsTargets.apiGateway.target.targetConfiguration },
    { name: "m", targetConfiguration: { mcp: { smithyModel: { s3 } } } },
  ];
  const { configuration, ignored } = good(open({ targets, local: { schemas: { l: "tools.json", o: "api.json" } } }));
  assert.deepEqual(
    {
      tools: configuration.options.targets.map((one) => one.kind === "stub" && one.tools.map(({ name }) => name)),
      ignored,
    },
    {
      tools: [["get_weather"], ["getOrder", "deleteOrder", "createOrder"], ["get_pet"], []],
      ignored: ["targets[3].targetConfiguration.mcp.smithyModel.s3"],
    },
  );
});

test("every fault in AWS's targets and what stands in for them is told with its place, all at once", () => {
  const lambda = (tool: object) => ({ mcp: { lambda: { lambdaArn, toolSchema: { inlinePayload: [tool] } } } });
  const deep = { type: "object", properties: { a: { type: "array", items: { type: "text", enum: ["x"] } } } };
  const targets = [
    { name: "deep", targetConfiguration: lambda({ ...weatherTool, inputSchema: deep }) },
    { name: "list", targetConfiguration: lambda({ ...weatherTool, inputSchema: { type: "array" } }) },
    { name: "arn", targetConfiguration: { mcp: { lambda: { lambdaArn: "f", toolSchema: {} } } } },
    { name: "yaml", targetConfiguration: { mcp: { openApiSchema: { s3 } } } },
    { name: "old", targetConfiguration: { mcp: { openApiSchema: { inlinePayload: '{"swagger":"2.0"}' } } } },
    { name: "cut", targetConfiguration: { mcp: { smithyModel: { inlinePayload: '{"smithy":' } } } },
    { name: "gone", targetConfiguration: { mcp: { openApiSchema: { s3 } } } },
    {
      name: "a2a",
      targetConfiguration: { http: { passthrough: { endpoint: "https://a.example", protocolType: "MCP" } } },
      credentialProviderConfigurations: [{ credentialProviderType: "CALLER_IAM_CREDENTIALS" }],
      metadataConfiguration: { allowedRequestHeaders: ["X-Tenant", "Authorization", "x-tenant", "Accept-Language"] },
    },
    {
      name: "server",
      targetConfiguration: { mcp: { mcpServer: { endpoint: "https://a.example/mcp" } } },
      credentialProviderConfigurations: [{ credentialProviderType: "JWT_PASSTHROUGH" }],
    },
    {
      name: "key",
      targetConfiguration: { mcp: { mcpServer: { endpoint: "https://a.example/mcp" } } },
      credentialProviderConfigurations: [{ credentialProviderType: "API_KEY" }],
    },
    {
      name: "two",
      targetConfiguration: { mcp: { mcpServer: { endpoint: "https://a.example" }, connector: { source: {} } } },
    },
    { name: "weather", targetConfiguration: lambda(weatherTool) },
  ];
  const local = {
    schemas: { yaml: "api.yaml", gone: "none.json", nobody: "x", weather: "tools.json" },
    stubs: {
      weather___get_weather: { output: { temperature: "hot" } },
      weather___rain: { error: "no" },
      server___x: { output: 1, error: "both" },
    },
    credentials: { weather: { headers: { a: "b" } }, server: { apiKey: "${env:NONE}" }, nobody: {} },
  };
  const at = (index: number, rest: string) => `targets[${index}].${rest}`;
  assert.deepEqual(faults(guarded({ protocolType: "MCP", targets, local })), [
    at(0, "targetConfiguration.mcp.lambda.toolSchema.inlinePayload[0].inputSchema.properties.a.items.type: ") +
      'expected string, number, object, array, boolean or integer, found "text"',
    at(
      0,
      "targetConfiguration.mcp.lambda.toolSchema.inlinePayload[0].inputSchema.properties.a.items.enum: is not known",
    ),
    at(
      1,
      'targetConfiguration.mcp.lambda.toolSchema.inlinePayload[0].inputSchema.type: expected object, found "array"',
    ),
    at(2, "targetConfiguration.mcp.lambda.lambdaArn: expected the ARN of a Lambda function"),
    at(2, "targetConfiguration.mcp.lambda.toolSchema: expected one of s3 and inlinePayload, found none"),
    at(4, "targetConfiguration.mcp.openApiSchema.inlinePayload: expected openapi: 3.0.x or 3.1.x"),
    at(5, "targetConfiguration.mcp.smithyModel.inlinePayload: this is not JSON: value expected"),
    at(5, "targetConfiguration.mcp.smithyModel.inlinePayload: this is not JSON: close brace expected"),
    at(7, "name: AWS keeps the path /a2a for itself"),
    at(
      7,
      "credentialProviderConfigurations[0].credentialProviderType: CALLER_IAM_CREDENTIALS goes with authorizerType AWS_IAM or AUTHENTICATE_ONLY only",
    ),
    at(7, "metadataConfiguration.allowedRequestHeaders[1]: AWS passes Authorization on for nobody"),
    at(7, "metadataConfiguration.allowedRequestHeaders[2]: x-tenant is there twice"),
    at(7, "metadataConfiguration.allowedRequestHeaders[3]: AWS passes Accept-Language on for nobody"),
    at(
      8,
      "credentialProviderConfigurations[0].credentialProviderType: JWT_PASSTHROUGH goes with targets under targetConfiguration.http only",
    ),
    at(9, "credentialProviderConfigurations[0]: expected credentialProvider.apiKeyCredentialProvider with API_KEY"),
    at(
      10,
      "targetConfiguration.mcp: expected one of mcpServer, lambda, openApiSchema, smithyModel, apiGateway and connector, found mcpServer and connector",
    ),
    at(10, "targetConfiguration.mcp.connector.source.connectorId: is missing"),
    "local.schemas.gone: none.json: there is no such file",
    "local.schemas.nobody: expected the name of a target of this file",
    "local.schemas.weather: weather has no schema in S3 that a file could stand in for",
    "local.stubs.weather___get_weather.output.temperature: does not fit the tool's outputSchema: " +
      'Instance type "string" is invalid. Expected "number".',
    "local.stubs.weather___rain: expected target___tool with a tool of a target that does not run here: weather has get_weather",
    "local.stubs.server___x: expected one of output and error, found output and error",
    "local.credentials.weather: weather takes no credentials here",
    "local.credentials.server.apiKey: server has no provider of API_KEY",
    "local.credentials.server.apiKey: the variable NONE is not set",
    "local.credentials.nobody: expected the name of a target of this file",
    "api.yaml:4:5: GET /a has no operationId",
  ]);
});

test("targets with a path of their own need a gateway without protocolType, and a checked token to pass on", () => {
  const passthrough = { passthrough: { endpoint: "https://a.example", protocolType: "MCP" } };
  const credentialProviderConfigurations = [{ credentialProviderType: "JWT_PASSTHROUGH" }];
  const targets = [{ name: "a", targetConfiguration: { http: passthrough }, credentialProviderConfigurations }];
  const kind = "targets[0].credentialProviderConfigurations[0].credentialProviderType";
  const words = "JWT_PASSTHROUGH needs an authorizer: with authorizerType NONE no token is checked";
  const rename = (name: string) => [{ ...targets[0], name }];
  assert.deepEqual(
    [
      faults(guarded({ targets })),
      faults(open({ targets })),
      faults(guarded({ targets, protocolType: "MCP" })),
      faults(guarded({ targets: rename("metrics") })),
      faults(guarded({ targets: rename("tools"), local: { path: "/tools/mcp" } })),
    ],
    [
      [],
      [`${kind}: ${words}`],
      ["targets[0].targetConfiguration.http: a gateway with protocolType MCP has no targets with paths of their own"],
      ["targets[0].name: the path /metrics is the gateway's own here"],
      ["targets[0].name: the path /tools is the gateway's own here"],
    ],
  );
});

test("credentials of this machine take the place of a provider's, where AWS would send them", () => {
  const provider = (more: object) => [
    {
      credentialProviderType: "API_KEY",
      credentialProvider: {
        apiKeyCredentialProvider: { providerArn: "arn:aws:acps:us-west-2:123456789012:k", ...more },
      },
    },
  ];
  const mcpServer = { endpoint: "https://a.example/mcp" };
  const oauth = {
    credentialProviderType: "OAUTH",
    credentialProvider: {
      oauthCredentialProvider: { providerArn: "arn:aws:acps:us-west-2:123456789012:o", scopes: ["s"] },
    },
  };
  const server = (name: string, credentialProviderConfigurations: object[]) => ({
    ...{ name, targetConfiguration: { mcp: { mcpServer } }, credentialProviderConfigurations },
  });
  const targets = [
    server("header", provider({ credentialParameterName: "x-key", credentialPrefix: "Key" })),
    server("query", provider({ credentialParameterName: "k", credentialLocation: "QUERY_PARAMETER" })),
    server("oauth", [oauth]),
    server("none", [oauth]),
  ];
  const apiKey = "${env:KEY}";
  const credentials = {
    header: { apiKey },
    query: { apiKey },
    oauth: { headers: { authorization: "Bearer ${env:KEY}" } },
  };
  const { configuration, ignored } = good(open({ targets, local: { credentials } }), { KEY: "k1" });
  const url = mcpServer.endpoint;
  assert.deepEqual(
    { targets: configuration.options.targets, ignored },
    {
      targets: [
        { kind: "http", name: "header", url, headers: { "x-key": "Key k1" } },
        { kind: "http", name: "query", url: `${url}?k=k1`, secrets: ["k1"] },
        { kind: "http", name: "oauth", url, headers: { authorization: "Bearer k1" } },
        { kind: "http", name: "none", url },
      ],
      ignored: ["targets[3].credentialProviderConfigurations"],
    },
  );
});
