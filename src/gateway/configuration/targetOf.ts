import { splitName } from "../../lib/qualifiedName.ts";
import type { Json } from "../../mcp/passThrough.ts";
import type { Environment } from "../../system/environment.ts";
import type { PathTarget } from "../http/pathTarget.ts";
import type { StubAnswer, Target } from "../router/target.ts";
import { filledIn } from "./environment.ts";
import { type GatewayFile, kindOf, type LocalCredentials, type TargetEntry } from "./gatewayFile.ts";

/** What a target of a file needs beside its own entry. */
export interface TargetContext {
  readonly file: GatewayFile;
  readonly environment: Environment;
  readonly tools: ReadonlyMap<string, readonly Json[]>;
  readonly requests: ReadonlyMap<string, readonly Json[]>;
}

/** The targets of a file: those behind the MCP endpoint, and those with a path of their own. */
export function targetsOf(context: TargetContext): {
  readonly targets: readonly Target[];
  readonly pathTargets?: readonly PathTarget[];
} {
  const { targets = [] } = context.file;
  const pathTargets = targets.flatMap((entry) => pathTargetOf(entry, context) ?? []);
  return {
    targets: targets.flatMap((entry) => targetOf(entry, context) ?? []),
    ...(pathTargets.length > 0 && { pathTargets }),
  };
}

function targetOf(entry: TargetEntry, { file, environment, tools }: TargetContext): Target | undefined {
  const { name, targetConfiguration, http, stdio, callTimeoutSeconds, listTimeoutSeconds } = entry;
  const times = {
    ...(callTimeoutSeconds !== undefined && { callTimeoutMs: callTimeoutSeconds * 1000 }),
    ...(listTimeoutSeconds !== undefined && { listTimeoutMs: listTimeoutSeconds * 1000 }),
  };
  const { maxResultMiB } = file.local ?? {};
  const size = maxResultMiB !== undefined && { maxResultBytes: maxResultMiB * 1024 * 1024 };
  if (stdio) {
    const { env, startTimeoutSeconds, ...program } = stdio;
    const start = startTimeoutSeconds !== undefined && { startTimeoutMs: startTimeoutSeconds * 1000 };
    const variables = env && { env: allFilledIn(env, environment) };
    return { kind: "stdio", name, ...times, ...size, ...start, ...program, ...variables };
  }
  if (http) {
    const { url, headers } = http;
    return {
      kind: "http",
      name,
      ...times,
      ...size,
      url,
      ...(headers && { headers: allFilledIn(headers, environment) }),
    };
  }
  const { mcp } = targetConfiguration ?? {};
  if (targetConfiguration === undefined || mcp === undefined) return undefined;
  const listed = tools.get(name);
  if (mcp.mcpServer === undefined) {
    return {
      kind: "stub",
      name,
      ...times,
      what: kindOf(targetConfiguration),
      tools: listed ?? [],
      answers: answersOf(name, file),
    };
  }
  const { headers, query } = credentialsOf(entry, file.local?.credentials?.[name], environment);
  const url = new URL(mcp.mcpServer.endpoint);
  for (const [parameter, value] of Object.entries(query)) url.searchParams.set(parameter, value);
  const secrets = Object.values(query);
  return {
    kind: "http",
    name,
    ...times,
    ...size,
    url: secrets.length === 0 ? mcp.mcpServer.endpoint : url.href,
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(secrets.length > 0 && { secrets }),
    ...(listed && { tools: listed }),
  };
}

function pathTargetOf(entry: TargetEntry, { file, environment, requests }: TargetContext): PathTarget | undefined {
  const { name, targetConfiguration, metadataConfiguration = {}, callTimeoutSeconds } = entry;
  if (targetConfiguration === undefined || targetConfiguration.mcp) return undefined;
  const { passthrough } = targetConfiguration.http ?? {};
  const declared = requests.get(name);
  const forPolicies = { name, ...(declared && { requests: declared }) };
  if (passthrough?.protocolType !== "MCP") {
    return { kind: "elsewhere", ...forPolicies, what: kindOf(targetConfiguration) };
  }
  const { endpoint, staticQueryParameters = {}, staticQueryParameterConflictResolution } = passthrough;
  const { headers, query } = credentialsOf(entry, file.local?.credentials?.[name], environment);
  const {
    allowedRequestHeaders = [],
    allowedResponseHeaders = [],
    allowedQueryParameters = [],
  } = metadataConfiguration;
  const lower = (names: readonly string[]) => names.map((one) => one.toLowerCase());
  return {
    kind: "passthrough",
    ...forPolicies,
    endpoint,
    headers,
    query: staticQueryParameters,
    callerOverrides: staticQueryParameterConflictResolution !== "STATIC_OVERRIDE",
    credentialQuery: query,
    requestHeaders: lower(allowedRequestHeaders),
    responseHeaders: lower(allowedResponseHeaders),
    queryParameters: allowedQueryParameters,
    passesToken: typeOf(entry) === "JWT_PASSTHROUGH",
    ...(callTimeoutSeconds !== undefined && { callTimeoutMs: callTimeoutSeconds * 1000 }),
  };
}

const typeOf = (entry: TargetEntry) => entry.credentialProviderConfigurations?.[0]?.credentialProviderType;

/** What is sent to a target in place of what AWS would have from a credential provider. */
function credentialsOf(
  entry: TargetEntry,
  { headers = {}, apiKey }: LocalCredentials = {},
  environment: Environment,
): { readonly headers: Readonly<Record<string, string>>; readonly query: Readonly<Record<string, string>> } {
  const own = allFilledIn(headers, environment);
  if (apiKey === undefined) return { headers: own, query: {} };
  const { apiKeyCredentialProvider = {} } = entry.credentialProviderConfigurations?.[0]?.credentialProvider ?? {};
  const { credentialParameterName = "Authorization", credentialPrefix, credentialLocation } = apiKeyCredentialProvider;
  const key = filledIn(apiKey, environment);
  const value = credentialPrefix === undefined ? key : `${credentialPrefix} ${key}`;
  if (credentialLocation === "QUERY_PARAMETER") return { headers: own, query: { [credentialParameterName]: value } };
  return { headers: { ...own, [credentialParameterName]: value }, query: {} };
}

/** What the file has for the tools of a target. */
function answersOf(target: string, { local }: GatewayFile): Readonly<Record<string, StubAnswer>> {
  return Object.fromEntries(
    Object.entries(local?.stubs ?? {}).flatMap(([qualified, answer]) => {
      const named = splitName(qualified);
      return named?.target === target ? [[named.name, answer] as const] : [];
    }),
  );
}

const allFilledIn = (values: Readonly<Record<string, string>>, environment: Environment) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, filledIn(value, environment)]));
