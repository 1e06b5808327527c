import { hostName, listeningHost, secureAddress } from "../../agentcore/authorizer/addressPatterns.ts";
import { authorizerSchema, scope } from "../../agentcore/authorizer/authorizerSchema.ts";
import { allIgnored, list, noneOf, object, oneOf, type Schema, text, when } from "../../lib/json/schema.ts";
import { resultMiB } from "../../lib/limits.ts";
import { auditSchema } from "./auditSchema.ts";
import { awsDescription, awsName } from "./aws/awsTexts.ts";
import { interceptorsSchema } from "./aws/interceptorSchema.ts";
import { rateLimitsSchema } from "./aws/rateLimitSchema.ts";
import { policySchema } from "./policySchema.ts";
import { targetSchema } from "./targetSchema.ts";

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

/** Members of `get-gateway` that change AWS's answers and that we do not support. */
export const gatewayWithoutEffect: readonly string[] = [
  ...["customTransformConfiguration", "policyEngineConfiguration", "wafConfiguration"],
  "webAclArn",
];

const fromAws = [
  ...["gatewayId", "gatewayUrl", "createdAt", "updatedAt", "status", "statusReasons", "roleArn"],
  ...["kmsKeyArn", "workloadIdentityDetails", "tags", "ResponseMetadata", ...gatewayWithoutEffect],
];

const openWithout = "is missing; authorizerType NONE lets everyone in";

/** A gateway's file: the output of `aws bedrock-agentcore-control get-gateway`, its targets, and our own members. */
export const gatewaySchema: Schema = {
  ...object("A gateway for MCP servers with the rules of Amazon Bedrock AgentCore Gateway.", {
    $schema: { type: "string", description: "This description." },
    name: awsName("What the gateway is called.", 48),
    description: awsDescription,
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
          "How answers are sent: here always streamed when a target sends more than one message.",
          {
            enableResponseStreaming: {
              type: "boolean",
              description:
                "With sessions, lets targets ask callers of versions before 2026-07-28 (elicitation, sampling, roots).",
            },
          },
        ),
        disableMcpListToolsPagination: { type: "boolean", description: "Puts every list on one page, up to 6 MiB." },
      }),
    }),
    authorizerType: {
      type: "string",
      description:
        "CUSTOM_JWT, also when absent, asks for a token. NONE lets everyone in. AWS's own signatures cannot be checked here: with AWS_IAM and AUTHENTICATE_ONLY the gateway does not run.",
      enum: ["CUSTOM_JWT", "NONE", "AWS_IAM", "AUTHENTICATE_ONLY"],
    },
    authorizerConfiguration: object("Whom the gateway lets in.", { customJWTAuthorizer: authorizerSchema }),
    gatewayArn: {
      type: "string",
      description: "What policies call the gateway; without policies it has no effect here.",
      // CreateGateway's own, with a region as AWS names them: a slip there would leave every policy without its resource.
      pattern:
        "^arn:aws(|-[a-z-]+):bedrock-agentcore:[a-z]{2,4}(-[a-z]+)+-[0-9]:[0-9]{12}:gateway/([0-9a-z]-?){1,100}-[0-9a-z]{10}$",
      patternErrorMessage:
        "the ARN of a gateway, such as arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/shop-abcdefghij",
    },
    policies: {
      type: "array",
      description: "The policies of the engine. With none at all, ENFORCE denies every call.",
      items: policySchema,
    },
    exceptionLevel: {
      type: "string",
      description: "DEBUG tells callers what went wrong behind the gateway.",
      enum: ["DEBUG"],
    },
    ...allIgnored(fromAws, "As get-gateway prints it; without effect here."),
    // Of what has no effect, this one has some once there are policies.
    policyEngineConfiguration: object(
      "The engine that asks the policies. Without policies in this file it has no effect here.",
      {
        arn: text("The engine's ARN; without effect here."),
        mode: {
          type: "string",
          description: "LOG_ONLY: every call passes, and what would have been decided is logged.",
          enum: ["LOG_ONLY", "ENFORCE"],
        },
      },
    ),
    interceptorConfigurations: interceptorsSchema,
    rateLimits: rateLimitsSchema,
    targets: { type: "array", description: "The MCP servers behind the gateway.", items: targetSchema },
    local: object("Where and how this gateway runs. AWS has no such settings.", {
      host: listeningHost("Where it listens: 127.0.0.1 when absent, which only this machine can reach."),
      port: { type: "integer", description: "0, or no port, takes a free one.", minimum: 0, maximum: 65_535 },
      path: {
        type: "string",
        description: "The path of the MCP endpoint: /mcp when absent.",
        pattern: "^(?!/(healthz|metrics|\\.well-known)(/|$))(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)+$",
        patternErrorMessage: "a path such as /mcp that is none of the gateway's own (/healthz, /metrics, /.well-known)",
      },
      publicUrl: secureAddress("The endpoint's address for callers, behind a TLS proxy."),
      allowedHosts: list("Other names by which callers reach this machine.", hostName("A host, without port.")),
      limits: object("How often callers may send requests.", {
        subject: rate("The requests of each subject."),
        tool: rate("The calls of each tool."),
        tools: {
          type: "object",
          description: "The calls of single tools, by target___tool.",
          additionalProperties: rate("The calls of this tool."),
        },
      }),
      auditFile: text("The file that records each request, as a line of JSON in CloudTrail's form."),
      audit: auditSchema,
      metrics: { type: "boolean", description: "Whether metrics for Prometheus are served at /metrics." },
      schemas: {
        type: "object",
        description:
          "By target: a file that stands in for its schema in S3, or an API's export. JSON, or YAML for an API.",
        additionalProperties: text("Its path, absolute or relative to this file."),
      },
      stubs: {
        type: "object",
        description: "What tools answer that do not run here, by target___tool.",
        additionalProperties: {
          ...object("An answer.", {
            output: { description: "What the function or the API would answer." },
            error: text("What went wrong."),
          }),
          allOf: oneOf(["output", "error"]),
        },
      },
      interceptors: {
        type: "object",
        description: "The programs that stand in for the functions of interceptorConfigurations, by ARN.",
        additionalProperties: object(
          "A program: it reads the function's event from its standard input and writes what the function would return.",
          {
            command: text("The program."),
            args: { type: "array", description: "Its arguments.", items: { type: "string" } },
            env: {
              type: "object",
              description: "Variables that it gets beside the few that any program needs. ${env:NAME} stands for ours.",
              additionalProperties: { type: "string" },
            },
            cwd: text("Its folder, absolute or relative to this file."),
            timeoutSeconds: {
              type: "number",
              description: "How long it may take; 10 when absent.",
              exclusiveMinimum: 0,
              maximum: 900,
            },
            failureMode: {
              type: "string",
              description:
                "FAIL_CLOSE, also when absent: a request whose interceptor fails is an error. FAIL_OPEN: it goes on.",
              enum: ["FAIL_CLOSE", "FAIL_OPEN"],
            },
          },
          ["command"],
        ),
      },
      credentials: {
        type: "object",
        description: "By target: what it gets in place of what AWS has from a credential provider.",
        additionalProperties: object("Its credentials.", {
          headers: {
            type: "object",
            description: "Headers. ${env:NAME} stands for a variable.",
            additionalProperties: { type: "string" },
          },
          apiKey: {
            type: "string",
            description: "The key of an API_KEY provider, as ${env:NAME}: a secret has no place in this file.",
            pattern: "^\\$\\{env:\\w+\\}$",
            patternErrorMessage: "${env:NAME}, the name of a variable that holds the key",
          },
        }),
      },
      maxResultMiB: {
        ...resultMiB,
        description: "The largest answer of a target that is taken, in MiB; 32 when absent.",
      },
      clockSkewSeconds: {
        type: "number",
        description: "How far the identity provider's clock may differ; 0 when absent.",
        minimum: 0,
        maximum: 300,
      },
    }),
    beyondAgentCore: object(
      "Rules that AgentCore does not have. With any of them, a token may get a different answer here.",
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
            endpoint: secureAddress("The introspection endpoint."),
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
        dpop: object("Takes tokens that are bound to a key, with a proof for each request (DPoP, RFC 9449).", {
          required: { type: "boolean", description: "Takes no others." },
          nonces: { type: "boolean", description: "Wants a nonce of this gateway in each proof." },
          lifetimeSeconds: {
            type: "integer",
            description: "How old a proof may be; 300 when absent.",
            minimum: 1,
            maximum: 3600,
          },
        }),
      },
    ),
  }),
  allOf: [
    {
      // This also matches a file without authorizerType.
      if: { properties: { authorizerType: { const: "CUSTOM_JWT" } } },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema has called it so.
      then: {
        required: ["authorizerConfiguration"],
        properties: { authorizerConfiguration: { required: ["customJWTAuthorizer"], errorMessage: openWithout } },
        errorMessage: openWithout,
      },
    },
    ...["NONE", "AWS_IAM", "AUTHENTICATE_ONLY"].map((type) =>
      when(
        "authorizerType",
        type,
        noneOf(["authorizerConfiguration"], `goes with authorizerType CUSTOM_JWT, found ${type}`),
        {
          properties: {
            beyondAgentCore: {
              additionalProperties: false,
              errorMessage: `needs an authorizer: with authorizerType ${type} nobody sends a token`,
            },
          },
        },
      ),
    ),
  ],
};
