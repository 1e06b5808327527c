import { webAddress } from "../../agentcore/authorizer/addressPatterns.ts";
import { allIgnored, object, oneOf, type Schema, text } from "../../lib/json/schema.ts";
import { awsDescription, awsName } from "./aws/awsTexts.ts";
import { credentialsSchema } from "./aws/credentialsSchema.ts";
import { httpTargetSchema, inferenceTargetSchema } from "./aws/httpTargetSchema.ts";
import { mcpTargetSchema } from "./aws/mcpTargetSchema.ts";
import { metadataSchema } from "./aws/metadataSchema.ts";

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

/** Members of `get-gateway-target` that change AWS's answers and that we do not support. */
const inPrintWithoutEffect = ["privateEndpoint", "certificateConfigurations"];

const printedWithTarget = "As get-gateway-target prints it; without effect here.";

const targetConfiguration: Schema = {
  ...object("A target as AWS has it.", {
    mcp: mcpTargetSchema,
    http: httpTargetSchema,
    inference: inferenceTargetSchema,
  }),
  allOf: oneOf(["mcp", "http", "inference"]),
};

const kinds = ["targetConfiguration", "http", "stdio"] as const;

/** The paths in a target of what never has an effect. */
export const targetWithoutEffect: readonly string[] = [
  ...inPrintWithoutEffect,
  "targetConfiguration.mcp.mcpServer.resourcePriority",
  "targetConfiguration.http.passthrough.stickinessConfiguration",
];

/** A target: the output of `get-gateway-target`, an address, or a program. */
export const targetSchema: Schema = {
  ...object(
    `An MCP server behind the gateway. It has one of ${kinds.join(", ").replace(/, ([^,]*)$/, " and $1")}.`,
    {
      name: awsName("Its tools are called <name>___<tool>.", 100),
      description: awsDescription,
      targetConfiguration,
      credentialProviderConfigurations: credentialsSchema,
      metadataConfiguration: metadataSchema,
      http: object(
        "An MCP server over streamable HTTP.",
        {
          url: webAddress("Its address."),
          headers: strings("Headers of its own, such as a key of the gateway's. ${env:NAME} stands for a variable."),
        },
        ["url"],
      ),
      stdio: object(
        "An MCP server that the gateway starts: a process for each session, and one that a caller's calls without a session share; at most 8 for one person.",
        {
          command: text("The program."),
          args: { type: "array", description: "Its arguments.", items: { type: "string" } },
          env: strings("Variables that it gets beside the few that any program needs. ${env:NAME} stands for ours."),
          cwd: text("Its folder, absolute or relative to this file."),
          startTimeoutSeconds: seconds("How long it may take until it answers its first request; 30 when absent."),
        },
        ["command"],
      ),
      callTimeoutSeconds: seconds("How long a call may take; 900 when absent, as at AWS."),
      listTimeoutSeconds: seconds("How long a list waits for this target; 10 when absent."),
      ...allIgnored(
        [
          ...["gatewayArn", "targetId", "targetArn", "status", "statusReasons", "createdAt", "updatedAt"],
          ...["lastSynchronizedAt", "privateEndpointManagedResources", "authorizationData", "targetType"],
          ...["protocolType", "ResponseMetadata"],
          ...inPrintWithoutEffect,
        ],
        printedWithTarget,
      ),
    },
    ["name"],
  ),
  allOf: oneOf(kinds),
};
