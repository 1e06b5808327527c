/** Why an editor's agent is given none of a gateway's tools, by a rule of the person's or their company's. */
export type AgentBar = "off" | "notAllowed" | "denied";

/** The settings of VS Code that say which MCP servers its agent may have, as they are. */
export interface AgentRules {
  /** `chat.mcp.access` */
  readonly access: unknown;
  /** `chat.mcp.allowedServers`; null is no rule, and an empty list allows nothing. */
  readonly allowed: unknown;
  /** `chat.mcp.deniedServers` */
  readonly denied: unknown;
}

/** A server as the editor compares it. */
export interface ListedServer {
  readonly name: string;
  /** Of a server on a socket it is that of the socket. */
  readonly address: string;
}

/**
 * Judges a server as VS Code 1.139 does. It says nothing about what it keeps away: tools are missing, and that is all.
 *
 * A rule names exactly one of `serverName`, `serverUrl` and `serverCommand`, or it counts for nothing. What is denied
 * stays so, whatever is allowed.
 */
export function agentBar(server: ListedServer, { access, allowed, denied }: AgentRules): AgentBar | undefined {
  if (access === "none") return "off";
  if (rulesOf(denied)?.some((rule) => names(rule, server))) return "denied";
  const allowedOnes = rulesOf(allowed);
  return allowedOnes && !allowedOnes.some((rule) => names(rule, server)) ? "notAllowed" : undefined;
}

interface Rule {
  readonly serverName?: string;
  readonly serverUrl?: string;
}

/** The rules that count; undefined where there is no list. */
function rulesOf(list: unknown): readonly Rule[] | undefined {
  return Array.isArray(list) ? list.filter(isRule) : undefined;
}

function isRule(value: unknown): value is Rule {
  if (typeof value !== "object" || value === null) return false;
  const { serverName, serverUrl, serverCommand } = value as Readonly<Record<string, unknown>>;
  const texts = [serverName, serverUrl].filter((text) => typeof text === "string" && text !== "");
  const commands = [serverCommand].filter(
    (words) => Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === "string"),
  );
  return texts.length + commands.length === 1;
}

function names({ serverName, serverUrl }: Rule, { name, address }: ListedServer): boolean {
  if (typeof serverName === "string") return serverName === name;
  return typeof serverUrl === "string" && matches(serverUrl, address);
}

/** A pattern and an address that is not one of the web: those of the web are compared as they are normalised. */
function matches(pattern: string, address: string): boolean {
  if (!pattern.includes("*")) return pattern.toLowerCase() === address.toLowerCase();
  const start = pattern.indexOf("://");
  const host = start < 0 ? 0 : start + 3;
  const end = /[/\\?#]/.exec(pattern.slice(host));
  const path = end ? host + end.index : pattern.length;
  let expression = "";
  for (let index = 0; index < pattern.length; index++) {
    const char = pattern[index] ?? "";
    // In the authority a star stands for no more than a part of it.
    if (index < path && char === ":" && pattern[index + 1] === "*") {
      expression += "(:[^/@\\\\?#]*)?";
      index++;
    } else if (char === "*") expression += index < path ? "[^/@\\\\?#]*" : ".*";
    else expression += char.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  }
  return new RegExp(`^${expression}$`, "i").test(address);
}
