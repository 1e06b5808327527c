import { CLIENT_CAPABILITIES_META_KEY, type JSONRPCMessage } from "@modelcontextprotocol/client";
import { URL_ELICITATION_REQUIRED } from "../mcp/elicitationUrls.ts";
import type { Json } from "../mcp/passThrough.ts";
import { toolError } from "../mcp/toolError.ts";
import type { Listed } from "./catalogue.ts";

/**
 * The longest name of a tool that every host with an mcp.json takes: Kiro puts `mcp_<server>_` before it and cuts the
 * whole at 64 characters, with another ending each time when two become the same. Our server keys have at most 12.
 */
export const MAX_TOOL_NAME = 47;

type Id = string | number;

const CANCELLED = "notifications/cancelled";

interface Asked {
  readonly method: string;
  /** Whether whoever asked opens pages, where the request says so itself (2026-07-28, basic). */
  readonly opensUrls: boolean | undefined;
}

/**
 * Adapts messages for hosts with an mcp.json, which differ from VS Code: it shortens the names of tools, and replaces
 * what they have no dialog for by words.
 */
export class HostQuirks {
  readonly #tools: () => readonly Listed[];
  /** What is being answered, by its id. */
  readonly #asked = new Map<Id, Asked>();
  /** Whether the host of a session does. */
  #opensUrls = false;

  /** @param tools those known now, by which a short name is found again */
  constructor(tools: () => readonly Listed[]) {
    this.#tools = tools;
  }

  toRelay(message: JSONRPCMessage): JSONRPCMessage {
    if (!("method" in message)) return message;
    const params = message.params as Json | undefined;
    if ("id" in message) {
      const declared = (params?._meta as Json | undefined)?.[CLIENT_CAPABILITIES_META_KEY];
      const opensUrls = declared === undefined ? undefined : hasUrls(declared);
      this.#asked.set(message.id, { method: message.method, opensUrls });
    }
    // Nobody answers it any more, or nobody reads that.
    if (message.method === CANCELLED) this.#asked.delete(params?.requestId as Id);
    if (message.method === "initialize") this.#opensUrls = hasUrls(params?.capabilities);
    if (message.method !== "tools/call") return message;
    const given = String(params?.name);
    const tool = this.#tools().find(({ name }) => shortName(String(name)) === given);
    return tool === undefined ? message : ({ ...message, params: { ...params, name: tool.name } } as JSONRPCMessage);
  }

  toEditor(message: JSONRPCMessage): JSONRPCMessage {
    if ("method" in message || message.id === undefined) return message;
    const asked = this.#asked.get(message.id);
    this.#asked.delete(message.id);
    if ("result" in message) {
      const { tools } = message.result as { tools?: unknown };
      if (asked?.method !== "tools/list" || !Array.isArray(tools)) return message;
      const short = (tools as Json[]).map((tool) => ({ ...tool, name: shortName(String(tool.name)) }));
      return { ...message, result: { ...message.result, tools: short } };
    }
    const { error, ...rest } = message;
    if (error.code !== URL_ELICITATION_REQUIRED || (asked?.opensUrls ?? this.#opensUrls)) return message;
    const text = inWords(error.message, error.data);
    return asked?.method === "tools/call"
      ? ({ ...rest, result: toolError(text) } as JSONRPCMessage)
      : { ...rest, error: { code: -32603, message: text } };
  }
}

const hasUrls = (capabilities: unknown): boolean =>
  (capabilities as { elicitation?: { url?: unknown } } | undefined)?.elicitation?.url !== undefined;

/** The same short name for the same tool every time, whatever other tools there are. */
export function shortName(name: string): string {
  if (name.length <= MAX_TOOL_NAME) return name;
  const mark = fnv1a(name).toString(36).padStart(7, "0");
  return `${name.slice(0, MAX_TOOL_NAME - mark.length - 1)}_${mark}`;
}

/** FNV-1a, 32 bits: names are told apart by it, nothing is protected. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function inWords(message: string, data: unknown): string {
  const asked = (data as { elicitations?: unknown } | undefined)?.elicitations;
  const pages = (Array.isArray(asked) ? (asked as Json[]) : []).filter(({ url }) => typeof url === "string");
  if (pages.length === 0) return message;
  const steps = pages.map((page) => `${typeof page.message === "string" ? `${page.message} ` : ""}Open ${page.url}`);
  return `${steps.join(" ")} in your browser, then call the tool again.`;
}
