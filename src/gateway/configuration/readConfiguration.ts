import type { AuthorizerConfiguration } from "../../agentcore/authorizer/authorizerConfiguration.ts";
import { authorizerFaults } from "../../agentcore/authorizer/authorizerSchema.ts";
import type { Introspection } from "../../agentcore/authorizer/beyondAgentCore.ts";
import { checkSchema } from "../../lib/json/checkSchema.ts";
import { located, plain, readJson, splitMark } from "../../lib/json/jsonDocument.ts";
import { validParts } from "../../lib/json/validParts.ts";
import type { Environment } from "../../system/environment.ts";
import type { LimitRules } from "../limits/limits.ts";
import type { ProtocolVersion } from "../mcp/mcpFront.ts";
import type { Target } from "../router/target.ts";
import { filledIn } from "./environment.ts";
import { fileFaults } from "./fileFaults.ts";
import type { GatewayConfiguration, ReadConfiguration } from "./gatewayConfiguration.ts";
import { gatewaySchema } from "./gatewaySchema.ts";
import { membersWithoutEffect } from "./membersWithoutEffect.ts";
import type { PolicyFiles } from "./policyFiles.ts";
import { readPolicyRules } from "./policyRules.ts";

/** The members that we read of a file that `gatewaySchema` allows. */
interface GatewayFile {
  readonly name?: string;
  readonly protocolConfiguration?: {
    readonly mcp?: {
      readonly supportedVersions?: readonly ProtocolVersion[];
      readonly instructions?: string;
      readonly searchType?: "SEMANTIC";
      readonly sessionConfiguration?: { readonly sessionTimeoutInSeconds?: number };
      readonly disableMcpListToolsPagination?: boolean;
    };
  };
  readonly authorizerType?: "CUSTOM_JWT" | "NONE";
  readonly authorizerConfiguration?: Partial<AuthorizerConfiguration>;
  readonly exceptionLevel?: "DEBUG";
  readonly targets?: readonly TargetEntry[];
  readonly local?: {
    readonly host?: string;
    readonly port?: number;
    readonly path?: string;
    readonly publicUrl?: string;
    readonly allowedHosts?: readonly string[];
    readonly limits?: LimitRules;
    readonly auditFile?: string;
    readonly metrics?: boolean;
    readonly clockSkewSeconds?: number;
  };
  readonly beyondAgentCore?: {
    readonly toolScopes?: Readonly<Record<string, readonly string[]>>;
    readonly requireSubject?: boolean;
    readonly refuseIdTokens?: boolean;
    readonly deniedTokenIds?: readonly string[];
    readonly introspection?: Introspection;
  };
}

interface TargetEntry {
  readonly name: string;
  readonly targetConfiguration?: { readonly mcp?: { readonly mcpServer?: { readonly endpoint: string } } };
  readonly http?: { readonly url: string; readonly headers?: Readonly<Record<string, string>> };
  readonly stdio?: {
    readonly command: string;
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly startTimeoutSeconds?: number;
  };
  readonly callTimeoutSeconds?: number;
  readonly listTimeoutSeconds?: number;
}

const RULES = "authorizerConfiguration.customJWTAuthorizer";

/** AWS's default for `sessionTimeoutInSeconds` in a `sessionConfiguration`. */
const SESSION_SECONDS = 3600;

/**
 * Reads a gateway's file: the output of `aws bedrock-agentcore-control get-gateway`, with targets. It may have
 * comments.
 *
 * @param environment the values of `${env:NAME}`
 * @param policyFiles reads the files of policies that it names
 * @returns the configuration, or every fault with its position; it never throws
 */
export function readConfiguration(
  text: string,
  environment: Environment,
  policyFiles: PolicyFiles = noFiles,
): ReadConfiguration {
  const document = readJson(text, "the JSON of a gateway");
  if (document.kind === "faulty") return document;
  const { root } = document;
  const shape = checkSchema(root, gatewaySchema);
  const parts = validParts(root, shape);
  const policies = readPolicyRules({ root, text: splitMark(text)[1], parts }, policyFiles);
  const faults = [...shape, ...authorizerFaults(parts, RULES), ...fileFaults(parts, environment), ...policies.faults];
  if (faults.length + policies.placed.length > 0) {
    return { kind: "faulty", faults: [...located(text, faults), ...policies.placed] };
  }
  const read = configurationOf(plain(root) as GatewayFile, environment);
  const { rules } = policies;
  const configuration = rules ? { ...read, options: { ...read.options, policies: rules } } : read;
  return { kind: "good", configuration, ignored: membersWithoutEffect(root) };
}

const noFiles: PolicyFiles = {
  read() {
    throw new Error("files of policies cannot be read here");
  },
};

function configurationOf(
  { name, protocolConfiguration, authorizerType, authorizerConfiguration, exceptionLevel, ...file }: GatewayFile,
  environment: Environment,
): GatewayConfiguration {
  const { mcp } = protocolConfiguration ?? {};
  const { limits, auditFile, metrics, ...address } = file.local ?? {};
  const { toolScopes, introspection, ...beyond } = file.beyondAgentCore ?? {};
  const customJWTAuthorizer = authorizerType === "NONE" ? undefined : authorizerConfiguration?.customJWTAuthorizer;
  const { supportedVersions, instructions, searchType } = mcp ?? {};
  const { sessionTimeoutInSeconds = SESSION_SECONDS } = mcp?.sessionConfiguration ?? {};
  return {
    name,
    options: {
      ...address,
      ...(customJWTAuthorizer && { authorizer: { customJWTAuthorizer } }),
      targets: (file.targets ?? []).flatMap((entry) => targetOf(entry, environment) ?? []),
      ...(toolScopes && { toolScopes }),
      ...(supportedVersions && { supportedVersions }),
      ...(instructions !== undefined && { instructions }),
      ...(searchType && { searchType }),
      ...(mcp?.sessionConfiguration && { sessionTimeoutSeconds: sessionTimeoutInSeconds }),
      ...(exceptionLevel && { exceptionLevel }),
      ...(mcp?.disableMcpListToolsPagination && { pageSize: 0 }),
      ...(limits && { limits }),
    },
    beyondAgentCore: {
      ...beyond,
      ...(introspection && {
        introspection: {
          ...introspection,
          clientSecret: filledIn(introspection.clientSecret, environment),
        },
      }),
    },
    auditFile,
    metrics: metrics ?? false,
  };
}

function targetOf(
  { name, targetConfiguration, http, stdio, callTimeoutSeconds, listTimeoutSeconds }: TargetEntry,
  environment: Environment,
): Target | undefined {
  const times = {
    ...(callTimeoutSeconds !== undefined && { callTimeoutMs: callTimeoutSeconds * 1000 }),
    ...(listTimeoutSeconds !== undefined && { listTimeoutMs: listTimeoutSeconds * 1000 }),
  };
  const all = (values: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, filledIn(value, environment)]));
  if (stdio) {
    const { env, startTimeoutSeconds, ...program } = stdio;
    const start = startTimeoutSeconds !== undefined && { startTimeoutMs: startTimeoutSeconds * 1000 };
    return { kind: "stdio", name, ...times, ...start, ...program, ...(env && { env: all(env) }) };
  }
  if (http) {
    const { url, headers } = http;
    return { kind: "http", name, ...times, url, ...(headers && { headers: all(headers) }) };
  }
  const endpoint = targetConfiguration?.mcp?.mcpServer?.endpoint;
  return endpoint === undefined ? undefined : { kind: "http", name, ...times, url: endpoint };
}
