import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import type { Json } from "../mcp/passThrough.ts";
import type { Listed } from "./catalogue.ts";

/**
 * The longest name of a tool that every host with an mcp.json takes: Kiro puts `mcp_<server>_` before it and cuts the
 * whole at 64 characters, with another ending each time when two become the same. Our server keys have at most 12.
 */
export const MAX_TOOL_NAME = 47;

type Id = string | number;

const CANCELLED = "notifications/cancelled";

/** Adapts messages for hosts with an mcp.json, which differ from VS Code: it shortens the names of tools. */
export class HostQuirks {
  readonly #tools: () => readonly Listed[];
  /** The lists of tools that are being answered. */
  readonly #asked = new Set<Id>();

  /** @param tools those known now, by which a short name is found again */
  constructor(tools: () => readonly Listed[]) {
    this.#tools = tools;
  }

  toRelay(message: JSONRPCMessage): JSONRPCMessage {
    if (!("method" in message)) return message;
    const params = message.params as Json | undefined;
    if ("id" in message && message.method === "tools/list") this.#asked.add(message.id);
    // Nobody answers it any more, or nobody reads that.
    if (message.method === CANCELLED) this.#asked.delete(params?.requestId as Id);
    if (message.method !== "tools/call") return message;
    const given = String(params?.name);
    const tool = this.#tools().find(({ name }) => shortName(String(name)) === given);
    return tool === undefined ? message : ({ ...message, params: { ...params, name: tool.name } } as JSONRPCMessage);
  }

  toEditor(message: JSONRPCMessage): JSONRPCMessage {
    if ("method" in message || message.id === undefined) return message;
    const isList = this.#asked.delete(message.id);
    if (!isList || !("result" in message)) return message;
    const { tools } = message.result as { tools?: unknown };
    if (!Array.isArray(tools)) return message;
    const short = (tools as Json[]).map((tool) => ({ ...tool, name: shortName(String(tool.name)) }));
    return { ...message, result: { ...message.result, tools: short } };
  }
}

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
