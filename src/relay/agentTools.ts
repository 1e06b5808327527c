import type { ListMethod } from "../mcp/lists.ts";
import type { Json } from "../mcp/passThrough.ts";
import type { Listed } from "./catalogue.ts";

/** Which tools agents, and all other programs that call through the relay, have of a gateway. */
export interface AgentTools {
  /** A list as an agent is given it; the same one where nothing in it is kept from agents. */
  shown(method: ListMethod, items: readonly Listed[]): readonly Listed[];
  /** @throws GatewayFailure for a call to a tool that is kept from agents */
  check(method: string, params: Json | undefined): void;
}

/** Agents have them all. */
export const allTools: AgentTools = { shown: (_, items) => items, check() {} };
