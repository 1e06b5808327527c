import type { ListMethod } from "../mcp/lists.ts";
import type { CallLimit } from "./callLimit.ts";
import type { Listed } from "./catalogue.ts";

/** Which tools agents, and all other programs that call through the relay, have of a gateway. */
export interface AgentTools {
  /** A list as an agent is given it; the same one where nothing in it is kept from agents. */
  shown(method: ListMethod, items: readonly Listed[]): readonly Listed[];
  /** What holds for calls now. */
  callRules(): CallRules;
}

/** What holds for the calls of agents. */
export interface CallRules {
  /** Whether a call is judged by what its tool says of itself, so that it has to be listed. */
  readonly needsTool: boolean;
  /**
   * @param listed the tool as it was last listed, where it was
   * @throws GatewayFailure for a call to a tool that is kept from agents
   */
  readonly check: (tool: string, listed: Listed | undefined) => void;
  /** How long a call may take; undefined as long as it wants. */
  readonly limit: (tool: string) => CallLimit | undefined;
}

const noRules: CallRules = { needsTool: false, check() {}, limit: () => undefined };

/** Agents have them all. */
export const allTools: AgentTools = {
  shown: (_, items) => items,
  callRules: () => noRules,
};
