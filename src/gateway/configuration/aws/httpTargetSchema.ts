import { secureAddress } from "../../../agentcore/authorizer/addressPatterns.ts";
import { list, object, oneOf, type Schema } from "../../../lib/json/schema.ts";
import { short } from "./awsTexts.ts";
import { policySource } from "./sourceSchema.ts";

const endpoint = secureAddress("Its address: https, or http on this machine.");

const connectorSource = object("Which connector.", { connectorId: short("Its id.", 256) }, ["connectorId"]);

const agentcoreRuntime = object(
  "An agent or server in AgentCore Runtime. It does not run here.",
  {
    arn: {
      type: "string",
      description: "The runtime.",
      pattern:
        "^arn:aws(-[^:]+)?:bedrock-agentcore:[a-z0-9\\-]+:[0-9]{12}:runtime/[a-zA-Z][a-zA-Z0-9_]{0,47}-[a-zA-Z0-9]{10}$",
      patternErrorMessage: "the ARN of a runtime",
    },
    qualifier: {
      type: "string",
      description: "Its version or endpoint.",
      pattern: "^(.*([1-9][0-9]{0,4})|([a-zA-Z][a-zA-Z0-9_]{0,47}).*)$",
      patternErrorMessage: "a version or the name of an endpoint",
    },
    schema: policySource,
  },
  ["arn"],
);

const passthrough = object(
  "An HTTP endpoint that callers reach under /<target>/…. One of protocolType MCP runs here.",
  {
    endpoint,
    protocolType: {
      type: "string",
      description: "What is spoken there.",
      enum: ["MCP", "A2A", "INFERENCE", "CUSTOM"],
    },
    schema: policySource,
    stickinessConfiguration: object(
      "Which requests belong together; without effect here, where there is one endpoint.",
      {
        identifier: short("Where the id of a conversation is.", 256),
        timeout: { type: "integer", description: "In seconds.", minimum: 1, maximum: 86_400 },
        compositeIdentifier: list("Further parts of it.", short("A part.", 256), 5),
      },
      ["identifier"],
    ),
    staticQueryParameters: {
      type: "object",
      description: "Query parameters that every request to the target has.",
      propertyNames: {
        minLength: 1,
        maxLength: 128,
        pattern: "^[a-zA-Z0-9_.\\-]+$",
        patternErrorMessage: "letters, digits, _, . and -",
      },
      additionalProperties: {
        type: "string",
        pattern: "^[^\\u0000-\\u001F\\u007F]*$",
        patternErrorMessage: "a text without control characters",
      },
    },
    staticQueryParameterConflictResolution: {
      type: "string",
      description: "Whose value counts where the caller sends the same parameter.",
      enum: ["CLIENT_OVERRIDE", "STATIC_OVERRIDE"],
    },
  },
  ["endpoint", "protocolType"],
);

const httpConnector = object(
  "A connector of AWS's. It does not run here.",
  {
    source: connectorSource,
    parameters: {
      type: "object",
      description: "What it is told.",
      maxProperties: 10,
      propertyNames: {
        minLength: 1,
        maxLength: 128,
        pattern: "^[a-zA-Z][a-zA-Z0-9_\\-]*$",
        patternErrorMessage: "a letter, and then letters, digits, _ and -",
      },
      additionalProperties: short("A value.", 1024),
    },
  },
  ["source"],
);

const path: Schema = {
  type: "string",
  description: "A path.",
  maxLength: 256,
  pattern: "^/[a-zA-Z0-9\\-._/]+$",
  patternErrorMessage: "a path such as /v1/messages",
};

const model: Schema = object(
  "A model.",
  {
    model: {
      type: "string",
      description: "Its id, or a pattern of ids.",
      maxLength: 256,
      pattern: "^[a-zA-Z0-9\\-._*?@]+(/[a-zA-Z0-9\\-._*?@]+)*$",
      patternErrorMessage: "the id of a model",
    },
  },
  ["model"],
);

const provider = object(
  "A provider of models. It does not run here.",
  {
    endpoint,
    modelMapping: object("How models are called.", {
      providerPrefix: object("The provider's name before that of a model.", {
        strip: { type: "boolean", description: "Whether it is taken off." },
        separator: { type: "string", description: "What stands after it.", minLength: 1, maxLength: 1 },
      }),
    }),
    operations: list(
      "Its operations.",
      object("An operation.", { path, providerPath: path, models: list("Its models.", model, 100) }, ["path"]),
      10,
    ),
  },
  ["endpoint"],
);

/** A target that callers reach under its own path (`HttpTargetConfiguration` of the API). */
export const httpTargetSchema: Schema = {
  ...object("A target that callers reach under /<target>/….", {
    passthrough,
    agentcoreRuntime,
    connector: httpConnector,
  }),
  allOf: oneOf(["passthrough", "agentcoreRuntime", "connector"]),
};

/** A target for models (`InferenceTargetConfiguration` of the API). */
export const inferenceTargetSchema: Schema = {
  ...object("A target for models. It does not run here.", {
    provider,
    connector: object("Models of AWS's.", { source: connectorSource }, ["source"]),
  }),
  allOf: oneOf(["provider", "connector"]),
};
