import { secureAddress } from "../../../agentcore/authorizer/addressPatterns.ts";
import { ignored, list, object, oneOf, type Schema, text } from "../../../lib/json/schema.ts";
import { lambdaArn, short } from "./awsTexts.ts";
import { documentSource, sourceSchema } from "./sourceSchema.ts";

/** The types of a Lambda tool's schema. Nothing else of JSON Schema is in the API (`SchemaDefinition`). */
export const schemaTypes = ["string", "number", "object", "array", "boolean", "integer"] as const;

/** One level of a Lambda tool's schema; `toolSchemaFaults` looks at those below it. */
export const definitionSchema: Schema = object(
  "What a value has to be.",
  {
    type: { type: "string", description: "Its type.", enum: schemaTypes },
    properties: { type: "object", description: "The members of an object." },
    required: { type: "array", description: "The members that there have to be.", items: { type: "string" } },
    items: { type: "object", description: "What the values of a list have to be." },
    description: { type: "string", description: "What it is, for the model." },
  },
  ["type"],
);

const lambda = object(
  "A Lambda function. It does not run here: its tools are listed and answer with stubs.",
  {
    lambdaArn: lambdaArn("The function."),
    toolSchema: sourceSchema("The tools.", {
      type: "array",
      description: "The tools themselves.",
      items: object(
        "A tool.",
        {
          name: text("Its name; callers see <target>___<name>."),
          description: { type: "string", description: "What it does, for the model." },
          inputSchema: definitionSchema,
          outputSchema: definitionSchema,
        },
        ["name", "description", "inputSchema"],
      ),
    }),
  },
  ["lambdaArn", "toolSchema"],
);

const mcpServer = object(
  "An MCP server over streamable HTTP.",
  {
    endpoint: secureAddress("Its address: https, or http on this machine."),
    listingMode: {
      type: "string",
      description: "Without effect here: lists are always asked for when they are needed.",
      enum: ["DEFAULT", "DYNAMIC"],
    },
    mcpToolSchema: documentSource("Its tools, in place of those that it lists itself."),
    resourcePriority: { type: "integer", description: "Without effect here.", minimum: 0, maximum: 1000 },
  },
  ["endpoint"],
);

const methods: Schema = {
  type: "string",
  description: "An HTTP method.",
  enum: ["GET", "DELETE", "HEAD", "OPTIONS", "PATCH", "PUT", "POST"],
};

const apiGateway = object(
  "An API of API Gateway. It does not run here: the tools of toolOverrides, and of an export named in local.schemas, are listed.",
  {
    restApiId: text("The API."),
    stage: text("Its stage."),
    apiGatewayToolConfiguration: object(
      "Which of its operations are tools.",
      {
        toolFilters: {
          type: "array",
          description: "The operations.",
          items: object(
            "Operations of a path.",
            {
              filterPath: text("The path; a * at its end stands for all below it."),
              methods: { type: "array", description: "Their methods.", items: methods },
            },
            ["filterPath", "methods"],
          ),
        },
        toolOverrides: {
          type: "array",
          description: "Names for operations.",
          items: object(
            "A name for an operation.",
            {
              name: text("The tool's name."),
              description: { type: "string", description: "What it does, for the model." },
              path: text("The operation's path."),
              method: methods,
            },
            ["name", "path", "method"],
          ),
        },
      },
      ["toolFilters"],
    ),
  },
  ["restApiId", "stage", "apiGatewayToolConfiguration"],
);

const connector = object(
  "A connector of AWS's. It does not run here: its tools are listed and answer with stubs.",
  {
    source: object(
      "Which connector.",
      {
        connectorId: short("Its id, such as web-search.", 256),
        version: {
          type: "string",
          description: "Its version.",
          maxLength: 32,
          pattern: "^(?:0|[1-9]\\d*)\\.(?:0|[1-9]\\d*)\\.(?:0|[1-9]\\d*)$",
          patternErrorMessage: "a version such as 1.0.0",
        },
      },
      ["connectorId"],
    ),
    enabled: list("The tools that it has; all when absent.", text("A tool."), 50),
    configurations: {
      type: "array",
      description: "How its tools differ from the connector's own.",
      items: object(
        "A tool.",
        {
          name: {
            type: "string",
            description: "The tool.",
            maxLength: 64,
            pattern: "^[a-zA-Z][a-zA-Z0-9_-]*$",
            patternErrorMessage: "a letter, and then letters, digits, _ and -",
          },
          description: { type: "string", description: "What it does, for the model.", maxLength: 2000 },
          parameterValues: ignored("Values that callers do not give."),
          parameterOverrides: {
            type: "array",
            description: "How its parameters are shown.",
            items: object(
              "A parameter.",
              {
                path: text("Where it is."),
                description: { type: "string", description: "What it is, for the model." },
                visible: { type: "boolean", description: "Whether callers see it." },
              },
              ["path"],
            ),
          },
        },
        ["name"],
      ),
    },
  },
  ["source"],
);

const kinds = {
  mcpServer,
  lambda,
  openApiSchema: documentSource(
    "An API with a description in OpenAPI. It does not run here: its operations are listed and answer with stubs.",
  ),
  smithyModel: documentSource(
    "An API with a model in Smithy. It does not run here: its operations are listed and answer with stubs.",
  ),
  apiGateway,
  connector,
};

/** A target whose tools are merged into the lists of the gateway (`McpTargetConfiguration` of the API). */
export const mcpTargetSchema: Schema = {
  ...object("A target whose tools callers find at the gateway's MCP endpoint.", kinds),
  allOf: oneOf(Object.keys(kinds)),
};
