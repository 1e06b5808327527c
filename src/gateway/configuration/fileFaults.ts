import type { SchemaFault } from "../../lib/json/checkSchema.ts";
import type { ValidParts } from "../../lib/json/validParts.ts";
import { splitName } from "../../lib/qualifiedName.ts";
import type { Environment } from "../../system/environment.ts";
import { otherReferences, unsetVariables } from "./environment.ts";

/** The faults in a gateway's file that `gatewaySchema` cannot express. */
export function fileFaults(parts: ValidParts, environment: Environment): readonly SchemaFault[] {
  return [
    ...nameFaults(parts),
    ...toolFaults(parts),
    ...standInFaults(parts),
    ...mappingFaults(parts),
    ...addressFaults(parts),
    ...hostFaults(parts),
    ...variableFaults(parts, environment),
    ...auditFaults(parts),
  ];
}

/** Settings of an audit that there is not, or of a chain with several keys. */
function auditFaults(parts: ValidParts): readonly SchemaFault[] {
  const given = parts.below("local.audit");
  if (given.length === 0) return [];
  if (parts.isValid("local.auditFile") && parts.text("local.auditFile") === undefined) {
    return [parts.nameFault("local.audit", "goes with local.auditFile")];
  }
  const keys = parts.below("local.audit.chain").filter(({ name }) => name.startsWith("key"));
  return keys.slice(1).map(({ path }) => parts.nameFault(path, "there is another key already"));
}

function nameFaults(parts: ValidParts): readonly SchemaFault[] {
  const seen = new Set<string>();
  return parts.below("targets").flatMap(({ path }) => {
    const name = parts.text(`${path}.name`);
    if (name === undefined) return [];
    if (seen.has(name)) return [parts.fault(`${path}.name`, `another target is called ${name}`)];
    seen.add(name);
    return [];
  });
}

/** Tools that no target can have. A misspelled name would leave the tool without its limit or scopes. */
function toolFaults(parts: ValidParts): readonly SchemaFault[] {
  const names = parts.below("targets").map(({ path }) => parts.text(`${path}.name`));
  // A target with an invalid name may be the one that is meant.
  if (names.includes(undefined) || (names.length === 0 && !parts.isValid("targets"))) return [];
  return ["local.limits.tools", "beyondAgentCore.toolScopes"]
    .flatMap((path) => parts.below(path))
    .filter(({ name }) => !names.includes(splitName(name)?.target))
    .map(({ path }) => parts.nameFault(path, "expected target___tool with the name of a target of this file"));
}

/** Files and credentials for targets that there are not, or that have no use for them. */
function standInFaults(parts: ValidParts): readonly SchemaFault[] {
  const targets = parts.below("targets").map(({ path }) => ({ path, name: parts.text(`${path}.name`) }));
  if (targets.some(({ name }) => name === undefined) || (targets.length === 0 && !parts.isValid("targets"))) return [];
  return ["local.schemas", "local.credentials"]
    .flatMap((path) => parts.below(path))
    .flatMap(({ name, path }) => {
      const target = targets.find((one) => one.name === name);
      if (target === undefined) return [parts.nameFault(path, "expected the name of a target of this file")];
      if (!path.startsWith("local.credentials") || !parts.isValid(target.path)) return [];
      const at = `${target.path}.targetConfiguration`;
      const isRun = [`${at}.mcp.mcpServer`, `${at}.http.passthrough`].some((one) => parts.below(one).length > 0);
      if (!isRun) return [parts.nameFault(path, `${name} takes no credentials here`)];
      const type = parts.text(`${target.path}.credentialProviderConfigurations[0].credentialProviderType`);
      const hasKey = parts.text(`${path}.apiKey`) !== undefined;
      return hasKey && type !== "API_KEY" ? [parts.fault(`${path}.apiKey`, `${name} has no provider of API_KEY`)] : [];
    });
}

/**
 * Mapped scopes that the gateway never advertises. A misspelled one would make clients request a scope that the
 * identity provider does not know. AWS maps `allowedScopes`; we also map the scopes of tools. Without either, a mapping
 * has no effect.
 */
function mappingFaults(parts: ValidParts): readonly SchemaFault[] {
  const rules = "authorizerConfiguration.customJWTAuthorizer";
  const allowed = `${rules}.allowedScopes`;
  const tools = "beyondAgentCore.toolScopes";
  if (!parts.isValid(allowed) || !parts.isValid(tools)) return [];
  const scopes = [allowed, ...parts.below(tools).map(({ path }) => path)]
    .flatMap((path) => parts.below(path))
    .map(({ path }) => parts.text(path));
  if (scopes.length === 0) return [];
  return parts
    .below(`${rules}.advertisedScopeMapping`)
    .filter(({ name, path }) => parts.isValid(path) && !scopes.includes(name))
    .map(({ path }) => parts.nameFault(path, "expected one of allowedScopes, or of a tool's scopes, as its name"));
}

/** Addresses that match the pattern but are not valid URLs, such as one whose host only looks like a number. */
function addressFaults(parts: ValidParts): readonly SchemaFault[] {
  return [
    ...parts.below("targets").map(({ path }) => `${path}.http.url`),
    ...parts.below("targets").map(({ path }) => `${path}.targetConfiguration.mcp.mcpServer.endpoint`),
    ...parts.below("targets").map(({ path }) => `${path}.targetConfiguration.http.passthrough.endpoint`),
    "beyondAgentCore.introspection.endpoint",
    "local.publicUrl",
  ].flatMap((path) => {
    const url = parts.text(path);
    return url === undefined || URL.canParse(url) ? [] : [parts.fault(path, "is not a valid address")];
  });
}

/** Hosts that no request can name, since URLs write them in another form. */
function hostFaults(parts: ValidParts): readonly SchemaFault[] {
  return parts.below("local.allowedHosts").flatMap(({ path }) => {
    const host = parts.text(path);
    if (host === undefined) return [];
    if (!URL.canParse(`http://${host}`)) return [parts.fault(path, "is not a valid host")];
    const { hostname } = new URL(`http://${host}`);
    return hostname === host.toLowerCase() ? [] : [parts.fault(path, `expected ${hostname}, as requests name it`)];
  });
}

function variableFaults(parts: ValidParts, environment: Environment): readonly SchemaFault[] {
  const targets = parts.below("targets");
  return [
    ...targets.flatMap(({ path }) => parts.below(`${path}.http.headers`)),
    ...targets.flatMap(({ path }) => parts.below(`${path}.stdio.env`)),
    ...parts.below("local.interceptors").flatMap(({ path }) => parts.below(`${path}.env`)),
    ...parts
      .below("local.credentials")
      .flatMap(({ path }) => [...parts.below(`${path}.headers`), { path: `${path}.apiKey` }]),
    { path: "beyondAgentCore.introspection.clientSecret" },
    { path: "local.audit.chain.key" },
  ].flatMap(({ path }) => {
    const value = parts.text(path) ?? "";
    return [
      // It would be sent as it stands here.
      ...otherReferences(value).map((found) =>
        parts.fault(path, `expected \${env:NAME} for a variable, found ${found}`),
      ),
      ...unsetVariables(value, environment).map((name) => parts.fault(path, `the variable ${name} is not set`)),
    ];
  });
}
