import type { AuthorizerConfiguration } from "../../core/authorizer/authorizerConfiguration.ts";
import { configurationFaults } from "../../core/authorizer/authorizerConfiguration.ts";
import type { Introspection } from "../../core/authorizer/beyondAgentCore.ts";
import { checkSchema, memberPath, type SchemaFault } from "../../core/authorizer/checkSchema.ts";
import { offsetOf, placed, plain, readJson } from "../../core/authorizer/jsonDocument.ts";
import type { LimitRules } from "../limits/limits.ts";
import type { ProtocolVersion } from "../mcp/mcpFront.ts";
import { splitName } from "../router/qualifiedName.ts";
import type { Target } from "../router/target.ts";
import type { GatewayConfiguration, ReadConfiguration } from "./gatewayConfiguration.ts";
import { gatewaySchema, withoutEffect } from "./gatewaySchema.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A file that `gatewaySchema` allows, as far as it is read. */
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
  readonly authorizerType?: "CUSTOM_JWT" | "NONE" | "AWS_IAM" | "AUTHENTICATE_ONLY";
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
  };
  readonly callTimeoutSeconds?: number;
  readonly listTimeoutSeconds?: number;
}

/** AWS's `sessionTimeoutInSeconds` when a `sessionConfiguration` does not say. */
const SESSION_SECONDS = 3600;

/**
 * Reads a gateway's file: what `aws bedrock-agentcore-control get-gateway` prints, with targets. Comments may be in it.
 *
 * @param environment where `${env:NAME}` is looked up
 * @returns every fault with its place, not only the first; it never throws
 */
export function readConfiguration(text: string, environment: Environment): ReadConfiguration {
  const document = readJson(text, "the JSON of a gateway");
  if (document.kind === "faulty") return document;
  const { root } = document;
  const shape = checkSchema(root, gatewaySchema);
  if (shape.length > 0) return faulty(text, shape);
  const file = plain(root) as GatewayFile;
  const at = (path: string, problem: string): SchemaFault => ({ path, offset: offsetOf(root, path), problem });
  const unset = new Map<string, string>();
  const resolved = (value: string, path: string): string =>
    value.replace(/\$\{env:(\w+)\}/g, (_whole, name: string) => {
      const found = environment[name];
      if (found === undefined || found === "") unset.set(`${path} ${name}`, path);
      return found ?? "";
    });
  const configuration = configurationOf(file, resolved);
  const faults = [
    ...authorizerFaults(file, at),
    ...targetFaults(file.targets ?? [], at),
    ...toolFaults(file, at),
    ...addressFaults(file, at),
    ...[...unset].map(([key, path]) => at(path, `the variable ${key.slice(key.lastIndexOf(" ") + 1)} is not set`)),
  ];
  if (faults.length > 0) return faulty(text, faults);
  const { customJWTAuthorizer: rules = {} } = file.authorizerConfiguration ?? {};
  const ignored = [
    ...withoutEffect.filter((name) => name in file),
    ...("allowedWorkloadConfiguration" in rules ? [`${RULES}.allowedWorkloadConfiguration`] : []),
  ];
  return { kind: "good", configuration, ignored };
}

function configurationOf(
  { name, protocolConfiguration, authorizerType, authorizerConfiguration, exceptionLevel, ...file }: GatewayFile,
  resolved: (value: string, path: string) => string,
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
      targets: (file.targets ?? []).flatMap((entry, at) => targetOf(entry, `targets[${at}]`, resolved) ?? []),
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
          clientSecret: resolved(introspection.clientSecret, "beyondAgentCore.introspection.clientSecret"),
        },
      }),
    },
    auditFile,
    metrics: metrics ?? false,
  };
}

function targetOf(
  { name, targetConfiguration, http, stdio, callTimeoutSeconds, listTimeoutSeconds }: TargetEntry,
  path: string,
  resolved: (value: string, path: string) => string,
): Target | undefined {
  const times = {
    ...(callTimeoutSeconds !== undefined && { callTimeoutMs: callTimeoutSeconds * 1000 }),
    ...(listTimeoutSeconds !== undefined && { listTimeoutMs: listTimeoutSeconds * 1000 }),
  };
  const all = (values: Readonly<Record<string, string>>, place: string) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, resolved(value, memberPath(place, key))]));
  if (stdio) {
    const { env, ...program } = stdio;
    return { kind: "stdio", name, ...times, ...program, ...(env && { env: all(env, `${path}.stdio.env`) }) };
  }
  if (http) {
    const { url, headers } = http;
    return { kind: "http", name, ...times, url, ...(headers && { headers: all(headers, `${path}.http.headers`) }) };
  }
  const endpoint = targetConfiguration?.mcp?.mcpServer?.endpoint;
  return endpoint === undefined ? undefined : { kind: "http", name, ...times, url: endpoint };
}

const RULES = "authorizerConfiguration.customJWTAuthorizer";

type At = (path: string, problem: string) => SchemaFault;

function authorizerFaults({ authorizerType, authorizerConfiguration: given, beyondAgentCore }: GatewayFile, at: At) {
  const beyond = Object.keys(beyondAgentCore ?? {}).map((name) => memberPath("beyondAgentCore", name));
  switch (authorizerType) {
    case "AWS_IAM":
    case "AUTHENTICATE_ONLY":
      return [at("authorizerType", `${authorizerType} is AWS's own signature, which cannot be checked here`)];
    case "NONE":
      return [
        ...(given ? [at("authorizerConfiguration", "goes with authorizerType CUSTOM_JWT, found NONE")] : []),
        ...beyond.map((path) => at(path, "needs an authorizer: with authorizerType NONE nobody sends a token")),
      ];
    default: {
      const rules = given?.customJWTAuthorizer;
      if (!rules)
        return [at(given ? RULES : "authorizerConfiguration", "is missing; authorizerType NONE lets everyone in")];
      return configurationFaults(rules).map(({ path: inside, problem }) =>
        at(inside === "" ? RULES : `${RULES}.${inside}`, problem),
      );
    }
  }
}

function targetFaults(targets: readonly TargetEntry[], at: At): SchemaFault[] {
  return targets.flatMap((target, index) => {
    const path = `targets[${index}]`;
    const kinds = (["targetConfiguration", "http", "stdio"] as const).filter((kind) => target[kind] !== undefined);
    const faults: SchemaFault[] = [];
    if (kinds.length !== 1) {
      faults.push(
        at(path, `expected one of targetConfiguration, http and stdio, found ${kinds.join(" and ") || "none"}`),
      );
    }
    if (target.targetConfiguration && !target.targetConfiguration.mcp?.mcpServer) {
      faults.push(at(`${path}.targetConfiguration`, "of AWS's targets, only mcp.mcpServer can run here"));
    }
    if (targets.findIndex(({ name }) => name === target.name) < index) {
      faults.push(at(`${path}.name`, `another target is called ${target.name}`));
    }
    const { url } = target.http ?? { url: target.targetConfiguration?.mcp?.mcpServer?.endpoint };
    if (url !== undefined && !URL.canParse(url)) faults.push(at(path, "its address is none"));
    return faults;
  });
}

/** Tools that no target can have: a slip in a name would leave the tool without its limit or scopes. */
function toolFaults({ targets = [], local, beyondAgentCore }: GatewayFile, at: At): SchemaFault[] {
  const places = [
    ["local.limits.tools", local?.limits?.tools],
    ["beyondAgentCore.toolScopes", beyondAgentCore?.toolScopes],
  ] as const;
  return places.flatMap(([path, tools]) =>
    Object.keys(tools ?? {})
      .filter((tool) => !targets.some(({ name }) => name === splitName(tool)?.target))
      .map((tool) => at(memberPath(path, tool), "expected target___tool with the name of a target of this file")),
  );
}

function addressFaults({ beyondAgentCore, local }: GatewayFile, at: At): SchemaFault[] {
  const places = [
    ["beyondAgentCore.introspection.endpoint", beyondAgentCore?.introspection?.endpoint],
    ["local.publicUrl", local?.publicUrl],
  ] as const;
  return places.flatMap(([path, url]) => (url === undefined || URL.canParse(url) ? [] : [at(path, "is no address")]));
}

function faulty(text: string, faults: readonly SchemaFault[]): ReadConfiguration {
  return { kind: "faulty", faults: placed(text, faults) };
}
