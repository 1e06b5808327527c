import { authorizerFaults } from "../../agentcore/authorizer/authorizerSchema.ts";
import { checkSchema } from "../../lib/json/checkSchema.ts";
import { located, plain, readJson, splitMark } from "../../lib/json/jsonDocument.ts";
import { validParts } from "../../lib/json/validParts.ts";
import type { Environment } from "../../system/environment.ts";
import { filledIn } from "./environment.ts";
import { fileFaults } from "./fileFaults.ts";
import type { GatewayConfiguration, ReadConfiguration } from "./gatewayConfiguration.ts";
import type { GatewayFile } from "./gatewayFile.ts";
import { gatewaySchema } from "./gatewaySchema.ts";
import { interceptorFaults, interceptorsOf } from "./interceptorsOf.ts";
import { membersWithoutEffect } from "./membersWithoutEffect.ts";
import { notRun } from "./notRun.ts";
import type { PolicyFiles } from "./policyFiles.ts";
import { readPolicyRules } from "./policyRules.ts";
import { rateLimitFaults } from "./rateLimitFaults.ts";
import { rateLimitsOf } from "./rateLimitsOf.ts";
import { stubFaults } from "./stubFaults.ts";
import { targetFaults } from "./targetFaults.ts";
import { type TargetContext, targetsOf } from "./targetOf.ts";
import { type ReadSchema, toolsOfTargets } from "./toolsOfTargets.ts";

/** Reads the files that a gateway's file names. */
export interface ConfigurationFiles extends PolicyFiles {
  /** Those of `local.schemas`; without it there are none. */
  readonly readSchema?: ReadSchema;
}

const RULES = "authorizerConfiguration.customJWTAuthorizer";

/** AWS's default for `sessionTimeoutInSeconds` in a `sessionConfiguration`. */
const SESSION_SECONDS = 3600;

/**
 * Reads a gateway's file: the output of `aws bedrock-agentcore-control get-gateway`, with targets. It may have
 * comments.
 *
 * @param environment the values of `${env:NAME}`
 * @param files reads the files that it names
 * @returns the configuration, or every fault with its position; it never throws
 */
export function readConfiguration(
  text: string,
  environment: Environment,
  files: ConfigurationFiles = noFiles,
): ReadConfiguration {
  const document = readJson(text, "the JSON of a gateway");
  if (document.kind === "faulty") return document;
  const { root } = document;
  const shape = checkSchema(root, gatewaySchema);
  const parts = validParts(root, shape);
  const file = (root.type === "object" ? plain(root) : {}) as GatewayFile;
  const written = { text: splitMark(text)[1], parts };
  const described = toolsOfTargets({ ...written, file }, files.readSchema ?? noSchemas);
  const policies = readPolicyRules(written, files);
  const faults = [
    ...shape,
    ...authorizerFaults(parts, RULES),
    ...fileFaults(parts, environment),
    ...targetFaults(file, parts),
    ...rateLimitFaults(parts),
    ...interceptorFaults(parts),
    ...described.faults,
    ...stubFaults(parts, described.tools),
    ...policies.faults,
  ];
  const placed = [...described.placed, ...policies.placed];
  if (faults.length + placed.length > 0) return { kind: "faulty", faults: [...located(text, faults), ...placed] };
  const { tools, requests } = described;
  const read = configurationOf(file, { file, environment, tools, requests });
  const { rules } = policies;
  return {
    kind: "good",
    configuration: rules ? { ...read, options: { ...read.options, policies: rules } } : read,
    ignored: [...membersWithoutEffect(root, file), ...described.missing],
    notRun: notRun(file),
  };
}

const noSchemas: ReadSchema = () => {
  throw new Error("there is no such file");
};

const noFiles: ConfigurationFiles = {
  read() {
    throw new Error("files of policies cannot be read here");
  },
};

function configurationOf(
  { name, protocolConfiguration, authorizerType, authorizerConfiguration, exceptionLevel, ...file }: GatewayFile,
  context: TargetContext,
): GatewayConfiguration {
  const { mcp } = protocolConfiguration ?? {};
  const {
    limits,
    auditFile,
    audit,
    metrics,
    schemas: _schemas,
    stubs: _stubs,
    credentials: _,
    maxResultMiB: _maxResultMiB,
    interceptors: programs,
    ...address
  } = file.local ?? {};
  const { interceptorConfigurations = [] } = file;
  const interceptors = interceptorsOf(interceptorConfigurations, programs ?? {}, context.environment);
  const { toolScopes, introspection, ...beyond } = file.beyondAgentCore ?? {};
  const customJWTAuthorizer = authorizerType === "NONE" ? undefined : authorizerConfiguration?.customJWTAuthorizer;
  const isSigned = authorizerType === "AWS_IAM" || authorizerType === "AUTHENTICATE_ONLY";
  const { supportedVersions, instructions, searchType } = mcp ?? {};
  const { sessionTimeoutInSeconds = SESSION_SECONDS } = mcp?.sessionConfiguration ?? {};
  return {
    name,
    ...(file.gatewayArn !== undefined && { gatewayArn: file.gatewayArn }),
    options: {
      ...address,
      ...(customJWTAuthorizer && { authorizer: { customJWTAuthorizer } }),
      ...(isSigned && { signedBy: authorizerType }),
      ...targetsOf(context),
      ...(toolScopes && { toolScopes }),
      ...(supportedVersions && { supportedVersions }),
      ...(instructions !== undefined && { instructions }),
      ...(searchType && { searchType }),
      ...(mcp?.sessionConfiguration && { sessionTimeoutSeconds: sessionTimeoutInSeconds }),
      asksCallers:
        mcp?.sessionConfiguration !== undefined && mcp.streamingConfiguration?.enableResponseStreaming === true,
      ...(exceptionLevel && { exceptionLevel }),
      ...(mcp?.disableMcpListToolsPagination && { pageSize: 0 }),
      ...(limits && { limits }),
      ...(interceptors.length > 0 && { interceptors }),
      ...(file.rateLimits && { rateLimits: rateLimitsOf(file.rateLimits) }),
    },
    beyondAgentCore: {
      ...beyond,
      ...(introspection && {
        introspection: {
          ...introspection,
          clientSecret: filledIn(introspection.clientSecret, context.environment),
        },
      }),
    },
    auditFile,
    ...(audit && { audit }),
    metrics: metrics ?? false,
  };
}
