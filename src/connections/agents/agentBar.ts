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

/** Compares an address as VS Code 1.139 does: those of the web as they are normalised, and others to the letter. */
function matches(pattern: string, address: string): boolean {
  const is = normalAddress(address);
  if (is === undefined) return false;
  if (!pattern.includes("*")) return normalAddress(pattern)?.toLowerCase() === is.toLowerCase();
  const normal = normalPattern(pattern);
  if (normal === undefined) return false;
  try {
    return new RegExp(expressionOf(normal), "i").test(is);
  } catch {
    return false;
  }
}

/** An address without a user's name and a fragment, which say nothing about the server. */
function normalAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, origin, pathname, search } = new URL(text);
  return protocol === "http:" || protocol === "https:" ? origin + pathname + search : text;
}

/** The same of a pattern, which is no address where a star stands in its authority. */
function normalPattern(pattern: string): string | undefined {
  const [, scheme = "", rest = ""] = /^(https?):\/\/(.*)$/is.exec(pattern) ?? [];
  if (scheme === "") return pattern;
  const end = endOfAuthority(rest, 0);
  const place = placeOf(rest.slice(0, end).replace(/^.*@/s, ""));
  if (place === undefined) return undefined;
  const { host, port } = place;
  const isUsual = port === undefined || port === (scheme.toLowerCase() === "https" ? "443" : "80");
  const path = rest.slice(end).replaceAll("\\", "/").replace(/#.*$/s, "");
  return `${scheme.toLowerCase()}://${host}${isUsual ? "" : `:${port}`}${path.startsWith("/") ? path : `/${path}`}`;
}

/** Host and port of an authority; undefined for none. */
function placeOf(authority: string): { readonly host: string; readonly port?: string } | undefined {
  const isBracketed = authority.startsWith("[");
  const close = authority.indexOf("]");
  if (isBracketed && (close < 0 || !["", ":"].includes(authority.charAt(close + 1)))) return undefined;
  const colon = isBracketed ? authority.indexOf(":", close) : authority.lastIndexOf(":");
  if (colon >= 0) return { host: authority.slice(0, colon), port: authority.slice(colon + 1) };
  return authority === "" ? undefined : { host: authority };
}

function expressionOf(pattern: string): string {
  const scheme = pattern.indexOf("://");
  const path = endOfAuthority(pattern, scheme < 0 ? 0 : scheme + 3);
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
  return `^${expression}$`;
}

function endOfAuthority(text: string, from: number): number {
  const end = /[/\\?#]/.exec(text.slice(from));
  return end ? from + end.index : text.length;
}
