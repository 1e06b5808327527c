import { authorizerSchema, scope } from "../../core/authorizer/authorizerSchema.ts";
import { ignored, list, object, type Schema, text } from "../../core/authorizer/schema.ts";

const httpUrl = (description: string): Schema => ({
  type: "string",
  description,
  pattern: "^https?://[^\\s]+$",
  patternErrorMessage: "an http or https address",
});

/** An address to which a secret may be sent: https, or http on this machine (RFC 8252, 7.3). */
const secureUrl = (description: string): Schema => ({
  type: "string",
  description,
  pattern: "^(https://|http://(localhost|127(\\.[0-9]{1,3}){3}|\\[::1\\])(:[0-9]+)?(/|$))[^\\s]*$",
  patternErrorMessage: "an https address, or an http address of this machine",
});

const rate = (description: string): Schema =>
  object(
    description,
    {
      rate: { type: "number", description: "How many per period.", exclusiveMinimum: 0 },
      period: { type: "string", description: "The period of the rate.", enum: ["second", "minute"] },
      burst: { type: "number", description: "How many at once; the rate when absent.", minimum: 1 },
    },
    ["rate", "period"],
  );

const seconds = (description: string): Schema => ({
  type: "number",
  description,
  exclusiveMinimum: 0,
  maximum: 86_400,
});

const strings = (description: string): Schema => ({
  type: "object",
  description,
  additionalProperties: { type: "string" },
});

/** A target's name: AWS's pattern, which leaves the three underscores to the separator. */
export const TARGET_NAME = "^([0-9a-zA-Z]-?){1,100}$";

const target = object(
  "An MCP server behind the gateway. It has one of targetConfiguration, http and stdio.",
  {
    name: {
      type: "string",
      description: "Its tools are called <name>___<tool>.",
      pattern: TARGET_NAME,
      patternErrorMessage: "letters and digits with single hyphens between them, at most 100",
    },
    description: { type: "string", description: "For people." },
    targetConfiguration: object("A target as AWS has it.", {
      mcp: object("Of AWS's kinds of targets, an MCP server can be reached from here.", {
        mcpServer: object(
          "An MCP server over streamable HTTP.",
          {
            endpoint: httpUrl("Its address."),
            listingMode: ignored("Without effect here: lists are always asked for when they are needed."),
            resourcePriority: ignored("Without effect here."),
          },
          ["endpoint"],
        ),
        lambda: ignored("Cannot run here."),
        openApiSchema: ignored("Cannot run here."),
        smithyModel: ignored("Cannot run here."),
        apiGateway: ignored("Cannot run here."),
        connector: ignored("Cannot run here."),
      }),
      http: ignored("Cannot run here."),
      inference: ignored("Cannot run here."),
    }),
    http: object(
      "An MCP server over streamable HTTP.",
      {
        url: httpUrl("Its address."),
        headers: strings("Headers of its own, such as a key of the gateway's. ${env:NAME} stands for a variable."),
      },
      ["url"],
    ),
    stdio: object(
      "An MCP server that the gateway starts, a process for each caller.",
      {
        command: text("The program."),
        args: { type: "array", description: "Its arguments.", items: { type: "string" } },
        env: strings("Variables that it gets beside the few that any program needs. ${env:NAME} stands for ours."),
        cwd: text("Its folder, absolute or relative to this file."),
      },
      ["command"],
    ),
    callTimeoutSeconds: seconds("How long a call may take; 900 when absent, as at AWS."),
    listTimeoutSeconds: seconds("How long a list waits for this target; 10 when absent."),
    ...Object.fromEntries(
      [
        ...["gatewayArn", "targetId", "targetArn", "status", "statusReasons", "createdAt", "updatedAt"],
        ...["lastSynchronizedAt", "credentialProviderConfigurations", "metadataConfiguration"],
        ...[
          "privateEndpoint",
          "privateEndpointManagedResources",
          "authorizationData",
          "targetType",
          "ResponseMetadata",
        ],
      ].map((name) => [name, ignored("As get-gateway-target prints it; without effect here.")]),
    ),
  },
  ["name"],
);

/** Members of `get-gateway` that change what AWS answers and cannot be had here. */
export const withoutEffect = ["interceptorConfigurations", "policyEngineConfiguration", "wafConfiguration"] as const;

const fromAws = [
  ...["gatewayArn", "gatewayId", "gatewayUrl", "createdAt", "updatedAt", "status", "statusReasons", "roleArn"],
  ...["kmsKeyArn", "workloadIdentityDetails", "customTransformConfiguration", "ResponseMetadata", ...withoutEffect],
];

/** A gateway's file: what `aws bedrock-agentcore-control get-gateway` prints, its targets, and what is ours. */
export const gatewaySchema: Schema = object(
  "A gateway for MCP servers with the rules of Amazon Bedrock AgentCore Gateway.",
  {
    $schema: { type: "string", description: "This description." },
    name: {
      type: "string",
      description: "What the gateway is called.",
      pattern: "^([0-9a-zA-Z]-?){1,100}$",
      patternErrorMessage: "letters and digits with single hyphens between them, at most 100",
    },
    description: { type: "string", description: "For people." },
    protocolType: { type: "string", description: "MCP.", enum: ["MCP"] },
    protocolConfiguration: object("How the gateway speaks.", {
      mcp: object("The Model Context Protocol.", {
        supportedVersions: list("The versions that callers may speak.", {
          type: "string",
          enum: ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"],
        }),
        instructions: {
          type: "string",
          description: "What a model is told about the gateway.",
          minLength: 1,
          maxLength: 2048,
        },
        searchType: {
          type: "string",
          description: "SEMANTIC adds the tool x_amz_bedrock_agentcore_search, which here searches by words.",
          enum: ["SEMANTIC"],
        },
        sessionConfiguration: object("Sessions; without it callers need none.", {
          sessionTimeoutInSeconds: {
            type: "integer",
            description: "How long a session lasts from its start; 3600 when absent.",
            minimum: 900,
            maximum: 28_800,
          },
        }),
        streamingConfiguration: object(
          "Without effect here: answers are streamed when a target sends more than one message.",
          {
            enableResponseStreaming: { type: "boolean", description: "Without effect here." },
          },
        ),
        disableMcpListToolsPagination: { type: "boolean", description: "Puts every list on one page." },
      }),
    }),
    authorizerType: {
      type: "string",
      description: "CUSTOM_JWT asks for a token. NONE lets everyone in.",
      enum: ["CUSTOM_JWT", "NONE", "AWS_IAM", "AUTHENTICATE_ONLY"],
    },
    authorizerConfiguration: object("Whom the gateway lets in.", { customJWTAuthorizer: authorizerSchema }),
    exceptionLevel: {
      type: "string",
      description: "DEBUG tells callers what went wrong behind the gateway.",
      enum: ["DEBUG"],
    },
    ...Object.fromEntries(fromAws.map((name) => [name, ignored("As get-gateway prints it; without effect here.")])),
    targets: { type: "array", description: "The MCP servers behind the gateway.", items: target },
    local: object("Where and how this gateway runs. AWS has nothing of it.", {
      host: text("Where it listens: 127.0.0.1 when absent, which only this machine can reach."),
      port: { type: "integer", description: "0, or none, takes a free one.", minimum: 0, maximum: 65_535 },
      path: {
        type: "string",
        description: "The path of the MCP endpoint: /mcp when absent.",
        pattern: "^(?!/(healthz|metrics|\\.well-known)(/|$))(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)+$",
        patternErrorMessage: "a path such as /mcp that is none of the gateway's own (/healthz, /metrics, /.well-known)",
      },
      publicUrl: secureUrl("The endpoint's address as callers have it, behind a proxy that speaks TLS."),
      allowedHosts: list("Other names by which callers reach this machine.", text("A host name.")),
      limits: object("How often callers may come.", {
        subject: rate("The requests of each subject."),
        tool: rate("The calls of each tool."),
        tools: {
          type: "object",
          description: "The calls of single tools, by target___tool.",
          additionalProperties: rate("The calls of this tool."),
        },
      }),
      auditFile: text("Where each request is put down, a line of JSON each, as CloudTrail does."),
      metrics: { type: "boolean", description: "Whether figures for Prometheus are at /metrics." },
      clockSkewSeconds: {
        type: "number",
        description: "How far the identity provider's clock may be off; 0 when absent.",
        minimum: 0,
        maximum: 300,
      },
    }),
    beyondAgentCore: object(
      "What AgentCore does not do. With any of it, a token may get another answer here than there.",
      {
        toolScopes: {
          type: "object",
          description: "The scopes that calls of target___tool need, all of them.",
          additionalProperties: list("Scopes.", scope),
        },
        requireSubject: { type: "boolean", description: "Refuses tokens without sub." },
        refuseIdTokens: { type: "boolean", description: "Refuses ID tokens." },
        deniedTokenIds: list("Refuses these tokens, by their jti.", text("A jti.")),
        introspection: object(
          "Asks the identity provider about each token (RFC 7662), so that signing out takes effect at once.",
          {
            endpoint: secureUrl("The introspection endpoint."),
            clientId: text("The client that asks."),
            clientSecret: {
              type: "string",
              description: "Its secret, as ${env:NAME}: a secret has no place in this file.",
              pattern: "^\\$\\{env:\\w+\\}$",
              patternErrorMessage: "${env:NAME}, the name of a variable that holds the secret",
            },
          },
          ["endpoint", "clientId", "clientSecret"],
        ),
      },
    ),
  },
);
