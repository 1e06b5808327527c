import { secureAddress, webAddress } from "../../agentcore/authorizer/addressPatterns.ts";
import { allIgnored, ignored, noneOf, object, type Schema, someOf, text } from "../../lib/json/schema.ts";
import { awsDescription, awsName } from "./awsTexts.ts";

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

/** Members of `mcpServer` that change AWS's answers and that we do not support. */
const serverWithoutEffect = ["mcpToolSchema", "resourcePriority"];

/** Members of `get-gateway-target` that change AWS's answers and that we do not support. */
const inPrintWithoutEffect = [
  ...["credentialProviderConfigurations", "metadataConfiguration", "privateEndpoint", "certificateConfigurations"],
];

const mcpKinds = ["lambda", "openApiSchema", "smithyModel", "apiGateway", "connector"];
const onlyServers = "of AWS's targets, only mcp.mcpServer can run here";
const printedWithTarget = "As get-gateway-target prints it; without effect here.";

const targetConfiguration: Schema = {
  ...object("A target as AWS has it.", {
    mcp: {
      ...object("Of AWS's kinds of targets, an MCP server can be reached from here.", {
        mcpServer: object(
          "An MCP server over streamable HTTP.",
          {
            endpoint: secureAddress("Its address: https, or http on this machine."),
            listingMode: ignored("Without effect here: lists are always asked for when they are needed."),
            ...allIgnored(serverWithoutEffect, "Without effect here."),
          },
          ["endpoint"],
        ),
        ...allIgnored(mcpKinds, "Cannot run here."),
      }),
      allOf: [noneOf(mcpKinds, onlyServers), someOf(["mcpServer", ...mcpKinds], onlyServers)],
    },
    ...allIgnored(["http", "inference"], "Cannot run here."),
  }),
  allOf: [noneOf(["http", "inference"], onlyServers), someOf(["mcp", "http", "inference"], onlyServers)],
};

const kinds = ["targetConfiguration", "http", "stdio"] as const;
const oneKind = `expected one of ${kinds.join(", ").replace(/, ([^,]*)$/, " and $1")}`;
const notTogether = (...two: readonly string[]): Schema => ({
  not: { required: two },
  errorMessage: `${oneKind}, found ${two.join(" and ")}`,
});

/** The paths of both in a target. */
export const targetWithoutEffect: readonly string[] = [
  ...inPrintWithoutEffect,
  ...serverWithoutEffect.map((name) => `targetConfiguration.mcp.mcpServer.${name}`),
];

/** A target: the output of `get-gateway-target`, an address, or a program. */
export const targetSchema: Schema = {
  ...object(
    `An MCP server behind the gateway. It has one of ${kinds.join(", ").replace(/, ([^,]*)$/, " and $1")}.`,
    {
      name: awsName("Its tools are called <name>___<tool>.", 100),
      description: awsDescription,
      targetConfiguration,
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
  allOf: [
    someOf(kinds, `${oneKind}, found none`),
    notTogether("targetConfiguration", "http"),
    notTogether("targetConfiguration", "stdio"),
    notTogether("http", "stdio"),
  ],
};
