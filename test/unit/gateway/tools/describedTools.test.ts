import assert from "node:assert/strict";
import { test } from "node:test";
import { apiGatewayTools } from "../../../../src/gateway/tools/apiGatewayTools.ts";
import { connectorTools } from "../../../../src/gateway/tools/connectorTools.ts";
import { openApiTools } from "../../../../src/gateway/tools/openApiTools.ts";
import { smithyTools } from "../../../../src/gateway/tools/smithyTools.ts";
import { awsTargets, orderApi, shopModel } from "../../../support/awsTargets.ts";

test("operations of an API are tools with parameters and body as arguments, and references resolved", () => {
  const id = { type: "string", description: "Its number" };
  assert.deepEqual(openApiTools(orderApi), {
    tools: [
      {
        name: "getOrder",
        description: "Gets an order",
        inputSchema: { type: "object", properties: { id }, required: ["id"] },
      },
      { name: "deleteOrder", inputSchema: { type: "object", properties: { id }, required: ["id"] } },
      {
        name: "createOrder",
        description: "Creates an order",
        inputSchema: {
          type: "object",
          properties: {
            dryRun: { type: "boolean" },
            item: { type: "string" },
            parts: { type: "array", items: {} },
          },
          required: ["item"],
        },
      },
    ],
    problems: [],
  });
});

test("a parameter or a member of a body may have any name, also one of a prototype", () => {
  const body = JSON.parse(
    '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"number"}}}',
  );
  const post = {
    operationId: "odd",
    parameters: [{ name: "__proto__", in: "query", schema: { type: "object" } }],
    requestBody: { content: { "application/json": { schema: body } } },
  };
  const get = { operationId: "other", parameters: [{ name: "__proto__", in: "query", schema: { type: "boolean" } }] };
  const { tools } = openApiTools({ openapi: "3.1.0", paths: { "/a": { post, get } } });
  const propertiesOf = (name: string) =>
    JSON.stringify(
      (tools.find((tool) => tool.name === name) as { inputSchema: { properties: object } }).inputSchema.properties,
    );
  assert.deepEqual(
    [propertiesOf("odd"), propertiesOf("other")],
    ['{"__proto__":{"type":"string"},"constructor":{"type":"number"}}', '{"__proto__":{"type":"boolean"}}'],
  );
});

test("what cannot be a tool is told with its place", () => {
  const nameless = { openapi: "3.1.0", paths: { "/a": { get: {} }, "/b": { post: { operationId: "b" } } } };
  assert.deepEqual(
    [
      openApiTools(nameless),
      openApiTools({ openapi: "3.0.0" }),
      openApiTools("x"),
      smithyTools({ smithy: "2.0", shapes: {} }),
      smithyTools([]),
      connectorTools({ source: { connectorId: "web-search" }, enabled: ["Search"] }),
      apiGatewayTools({ toolFilters: [], toolOverrides: [{ name: "a", path: "/a", method: "GET" }] }, nameless),
    ].map(({ problems }) => problems.map(({ path, problem }) => `${path.join(" ")}: ${problem}`)),
    [
      ["paths /a get: GET /a has no operationId"],
      ["paths: expected operations under paths, found none"],
      ["openapi: expected openapi: 3.0.x or 3.1.x"],
      ["shapes: expected shapes of type operation, found none"],
      ["smithy: expected smithy: 1.0 or 2.0"],
      [": enabled: web-search has no tool Search"],
      [": no operation GET /a passes toolFilters"],
    ],
  );
});

test("operations of a Smithy model are tools with the members of their input as arguments", () => {
  const price = { type: "number" };
  assert.deepEqual(smithyTools(shopModel), {
    tools: [
      {
        name: "FindItem",
        description: "Finds an item.",
        inputSchema: {
          type: "object",
          properties: { name: { type: "string" }, most: { type: "integer" }, sort: { type: "string", enum: ["up"] } },
          required: ["name"],
        },
        outputSchema: { type: "object", properties: { inside: {}, price } },
      },
    ],
    problems: [],
  });
});

test("of an API of API Gateway, filters choose the operations and overrides name them", () => {
  const { apiGatewayToolConfiguration } = awsTargets.apiGateway.target.targetConfiguration.mcp.apiGateway;
  const named = (exported: unknown) => apiGatewayTools(apiGatewayToolConfiguration, exported).tools;
  const exported = {
    openapi: "3.0.1",
    paths: {
      "/pets/{petId}": { get: { operationId: "x", responses: {} }, delete: { operationId: "y" } },
      "/pets/all": { get: { operationId: "all" } },
      "/owners": { get: { operationId: "owners" } },
    },
  };
  assert.deepEqual(
    [named(undefined), named(exported)],
    [
      [
        {
          name: "get_pet",
          description: "Gets a pet",
          inputSchema: { type: "object", properties: { petId: { type: "string" } }, required: ["petId"] },
        },
      ],
      [
        { name: "get_pet", description: "Gets a pet", inputSchema: { type: "object", properties: {} } },
        { name: "all", inputSchema: { type: "object", properties: {} } },
      ],
    ],
  );
});

test("a parameter of a connector that is hidden is not among its tool's arguments", () => {
  const [tool] = connectorTools(awsTargets.webSearch.target.targetConfiguration.mcp.connector).tools;
  assert.deepEqual(tool?.inputSchema, {
    type: "object",
    properties: { query: { type: "string", description: "What to look for.", maxLength: 200 } },
    required: ["query"],
  });
});
