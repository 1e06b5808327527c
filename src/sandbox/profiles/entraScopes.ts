import type { Callers, Refusal } from "./sandboxProfile.ts";

const identity = ["openid", "profile", "email", "offline_access"];
const graph = "00000003-0000-0000-c000-000000000000";

/** The scopes of an API as Entra ID writes them: qualified in requests, short in tokens. */
export function entraScopes(api: string, short: readonly string[]) {
  const prefix = `api://${api}/`;
  const everything = `${prefix}.default`;
  const full = [...short.map((scope) => `${prefix}${scope}`), everything];
  return {
    full,
    areOfApi: (granted: readonly string[]): boolean => granted.some((scope) => full.includes(scope)),
    /** The scopes as tokens contain them. `.default` stands for all that an administrator has consented to. */
    short(granted: readonly string[]): readonly string[] {
      const own = granted.filter((scope) => scope.startsWith(prefix)).map((scope) => scope.slice(prefix.length));
      if (own.includes(".default")) return short;
      return own.length > 0 ? own : granted.filter((scope) => scope !== "offline_access");
    },
    refuse,
  };

  /**
   * Refuses scopes as Entra ID does. Codes and texts: "Microsoft Entra authentication and authorization error codes",
   * claude-code #73460.
   */
  function refuse(asked: readonly string[], callers: Callers): Refusal | undefined {
    if (callers === "machines")
      return asked.length === 1 && asked[0] === everything ? undefined : notForMachines(asked);
    const unknown = asked.find((scope) => ![...identity, ...full].includes(scope));
    if (unknown !== undefined) return unknownScope(unknown);
    if (asked.includes(everything) && asked.some((scope) => full.includes(scope) && scope !== everything)) {
      return {
        error: "invalid_scope",
        description: `AADSTS70011: The scope ${asked.join(" ")} is not valid. .default scope can't be combined with resource-specific scopes.`,
      };
    }
    return undefined;
  }

  function unknownScope(scope: string): Refusal {
    if (scope.includes("://") && !scope.startsWith(prefix)) {
      const resource = scope.slice(0, scope.lastIndexOf("/"));
      const description = `AADSTS500011: The resource principal named ${resource} was not found in the tenant.`;
      return { error: "invalid_resource", description };
    }
    // Entra ID takes a short name for a scope of Microsoft Graph.
    const [name, resource] = scope.startsWith(prefix) ? [scope.slice(prefix.length), api] : [scope, graph];
    return {
      error: "invalid_client",
      description: `AADSTS650053: The application 'Gateway Connect' asked for scope '${name}' that doesn't exist on the resource '${resource}'. Contact the app vendor.`,
    };
  }
}

function notForMachines(asked: readonly string[]): Refusal {
  return {
    error: "invalid_scope",
    description: `AADSTS1002012: The provided value for scope ${asked.join(" ")} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
  };
}
