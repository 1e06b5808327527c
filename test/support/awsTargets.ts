/**
 * A target of each kind, as `get-gateway-target` prints it: the members are those of the API's model (botocore 1.43,
 * bedrock-agentcore-control, GetGatewayTargetResponse), and the examples those of the developer guide where it has one
 * (gateway-add-target-lambda, gateway-add-target-api-target-config, gateway-target-http-passthrough).
 */
const printed = <T extends object>(name: string, targetConfiguration: T, more: object = {}) => ({
  gatewayArn: "arn:aws:bedrock-agentcore:us-west-2:123456789012:gateway/tools-a1b2c3d4e5",
  targetId: "A1B2C3D4E5",
  createdAt: "2026-08-02T03:23:35.123456+00:00",
  updatedAt: "2026-08-02T03:23:40.123456+00:00",
  status: "READY",
  name,
  targetConfiguration,
  credentialProviderConfigurations: [],
  ...more,
});

const role = { credentialProviderConfigurations: [{ credentialProviderType: "GATEWAY_IAM_ROLE" }] };

export const weatherTool = {
  name: "get_weather",
  description: "Get weather for a location",
  inputSchema: {
    type: "object",
    properties: { location: { type: "string", description: "the location e.g. seattle, wa" } },
    required: ["location"],
  },
  outputSchema: { type: "object", properties: { temperature: { type: "number" } }, required: ["temperature"] },
};

export const orderApi = {
  openapi: "3.0.3",
  info: { title: "Orders", version: "1" },
  paths: {
    "/orders/{id}": {
      parameters: [{ $ref: "#/components/parameters/Id" }],
      get: { operationId: "getOrder", summary: "Gets an order", responses: {} },
      delete: { operationId: "deleteOrder", responses: {} },
    },
    "/orders": {
      post: {
        operationId: "createOrder",
        description: "Creates an order",
        parameters: [{ name: "dryRun", in: "query", schema: { type: "boolean" } }],
        requestBody: {
          required: true,
          content: { "application/json": { schema: { $ref: "#/components/schemas/Order" } } },
        },
        responses: {},
      },
    },
  },
  components: {
    parameters: {
      Id: { name: "id", in: "path", required: true, schema: { type: "string" }, description: "Its number" },
    },
    schemas: {
      Order: {
        type: "object",
        properties: {
          item: { type: "string" },
          parts: { type: "array", items: { $ref: "#/components/schemas/Order" } },
        },
        required: ["item"],
      },
    },
  },
};

/** The same as `orderApi`, as people write it: with comments, an anchor, and keys and texts that are not quoted. */
export const orderYaml = `# Orders
openapi: 3.0.3
info: { title: Orders, version: "1" }
paths:
  /orders/{id}:
    parameters:
      - $ref: '#/components/parameters/Id'
    get:
      operationId: getOrder
      summary: Gets an order
      responses: &none {}
    delete: { operationId: deleteOrder, responses: *none }
  /orders:
    post:
      operationId: createOrder
      description: >-
        Creates
        an order
      parameters:
        - name: dryRun
          in: query
          schema: { type: boolean }
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: "#/components/schemas/Order" }
      responses: {}
components:
  parameters:
    Id: { name: id, in: path, required: true, schema: { type: string }, description: Its number }
  schemas:
    Order:
      type: object
      properties:
        item: { type: string }
        parts: { type: array, items: { $ref: "#/components/schemas/Order" } }
      required: [item]
`;

export const shopModel = {
  smithy: "2.0",
  shapes: {
    "com.shop#Shop": { type: "service", version: "1", operations: [{ target: "com.shop#FindItem" }] },
    "com.shop#FindItem": {
      type: "operation",
      input: { target: "com.shop#FindItemInput" },
      output: { target: "com.shop#Item" },
      traits: { "smithy.api#documentation": "<p>Finds an <b>item</b>.</p>" },
    },
    "com.shop#FindItemInput": {
      type: "structure",
      members: {
        name: { target: "smithy.api#String", traits: { "smithy.api#required": {} } },
        most: { target: "smithy.api#Integer" },
        sort: { target: "com.shop#Sort" },
      },
    },
    "com.shop#Item": {
      type: "structure",
      members: { inside: { target: "com.shop#Item" }, price: { target: "smithy.api#Double" } },
    },
    "com.shop#Sort": {
      type: "enum",
      members: { UP: { target: "smithy.api#Unit", traits: { "smithy.api#enumValue": "up" } } },
    },
  },
};

const lambdaArn = "arn:aws:lambda:us-west-2:123456789012:function:my-lambda-function:PROD";

/** By kind, with the tools that each lists. */
export const awsTargets = {
  lambda: {
    target: printed("weather", { mcp: { lambda: { lambdaArn, toolSchema: { inlinePayload: [weatherTool] } } } }, role),
    tools: ["weather___get_weather"],
  },
  openApi: {
    target: printed(
      "orders",
      { mcp: { openApiSchema: { inlinePayload: JSON.stringify(orderApi) } } },
      {
        credentialProviderConfigurations: [
          {
            credentialProviderType: "API_KEY",
            credentialProvider: {
              apiKeyCredentialProvider: {
                providerArn:
                  "arn:aws:bedrock-agentcore:us-west-2:123456789012:token-vault/default/apikeycredentialprovider/k",
                credentialParameterName: "x-api-key",
                credentialLocation: "HEADER",
              },
            },
          },
        ],
      },
    ),
    tools: ["orders___getOrder", "orders___deleteOrder", "orders___createOrder"],
  },
  smithy: {
    target: printed("shop", { mcp: { smithyModel: { inlinePayload: JSON.stringify(shopModel) } } }, role),
    tools: ["shop___FindItem"],
  },
  apiGateway: {
    target: printed(
      "pets",
      {
        mcp: {
          apiGateway: {
            restApiId: "abc123",
            stage: "prod",
            apiGatewayToolConfiguration: {
              toolFilters: [{ filterPath: "/pets/*", methods: ["GET"] }],
              toolOverrides: [{ name: "get_pet", path: "/pets/{petId}", method: "GET", description: "Gets a pet" }],
            },
          },
        },
      },
      role,
    ),
    tools: ["pets___get_pet"],
  },
  webSearch: {
    target: printed(
      "web",
      {
        mcp: {
          connector: {
            source: { connectorId: "web-search", version: "1.0.0" },
            enabled: ["WebSearch"],
            configurations: [
              { name: "WebSearch", parameterValues: {}, parameterOverrides: [{ path: "maxResults", visible: false }] },
            ],
          },
        },
      },
      role,
    ),
    tools: ["web___WebSearch"],
  },
  otherConnector: {
    target: printed(
      "kb",
      { mcp: { connector: { source: { connectorId: "other" }, configurations: [{ name: "Retrieve" }] } } },
      role,
    ),
    tools: ["kb___Retrieve"],
  },
  runtime: {
    target: printed(
      "assistant",
      {
        http: {
          agentcoreRuntime: {
            arn: "arn:aws:bedrock-agentcore:us-west-2:123456789012:runtime/my_agent-abcdefghij",
            qualifier: "DEFAULT",
          },
        },
      },
      { protocolType: "HTTP", credentialProviderConfigurations: [{ credentialProviderType: "JWT_PASSTHROUGH" }] },
    ),
    tools: [],
  },
  agent: {
    target: printed(
      "partner",
      { http: { passthrough: { endpoint: "https://partner-agent.example.com", protocolType: "A2A" } } },
      { protocolType: "HTTP" },
    ),
    tools: [],
  },
  httpConnector: {
    target: printed(
      "memory",
      { http: { connector: { source: { connectorId: "agentcore-memory" }, parameters: { memoryId: "m1" } } } },
      role,
    ),
    tools: [],
  },
  provider: {
    target: printed("models", {
      inference: {
        provider: {
          endpoint: "https://models.example.com",
          modelMapping: { providerPrefix: { strip: true, separator: "/" } },
          operations: [{ path: "/v1/messages", models: [{ model: "a.*" }] }],
        },
      },
    }),
    tools: [],
  },
  inferenceConnector: {
    target: printed("bedrock", { inference: { connector: { source: { connectorId: "amazon-bedrock" } } } }, role),
    tools: [],
  },
} as const;

export const allAwsTargets = Object.values(awsTargets).map(({ target }) => target);
