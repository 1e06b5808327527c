import { GatewayFailure } from "../failures/failure.ts";
import type { ListMethod } from "../mcp/lists.ts";
import type { Json } from "../mcp/passThrough.ts";
import type { AgentTools } from "../relay/agentTools.ts";
import type { Listed } from "../relay/catalogue.ts";

/** Which tools a person keeps from agents, and from every other program that calls through the relay. */
export class HiddenFromAgents implements AgentTools {
  readonly #gateway: string;
  readonly #hidden: () => readonly string[];

  /** @param hidden the names of those tools as they are now */
  constructor(gateway: string, hidden: () => readonly string[]) {
    this.#gateway = gateway;
    this.#hidden = hidden;
  }

  /** A list as an agent is given it; the same one where nothing in it is hidden. */
  shown(method: ListMethod, items: readonly Listed[]): readonly Listed[] {
    if (method !== "tools/list") return items;
    const hidden = new Set(this.#hidden());
    return items.some(({ name }) => hidden.has(String(name)))
      ? items.filter(({ name }) => !hidden.has(String(name)))
      : items;
  }

  /** @throws GatewayFailure `tool_hidden` for a call to one that is hidden */
  check(method: string, params: Json | undefined): void {
    if (method !== "tools/call") return;
    const tool = String(params?.name);
    if (this.#hidden().includes(tool)) throw new GatewayFailure("tool_hidden", { gateway: this.#gateway, tool });
  }
}
