import { GatewayFailure } from "../../failures/failure.ts";
import type { ListMethod } from "../../mcp/lists.ts";
import type { AgentTools, CallRules } from "../../relay/agentTools.ts";
import type { Listed } from "../../relay/catalogue.ts";
import { callLimit } from "./callLimit.ts";
import { type JudgedTool, judgesByHints, toolJudge } from "./keptBack.ts";
import { checkToolRules } from "./readToolRules.ts";
import type { ToolLayers } from "./toolLayers.ts";

/** Which tools agents, and every other program that calls through the relay, have of a gateway, and for how long. */
export class ToolsOfAgents implements AgentTools {
  readonly #gateway: string;
  readonly #layers: () => ToolLayers;

  /** @param layers what is set about them now */
  constructor(gateway: string, layers: () => ToolLayers) {
    this.#gateway = gateway;
    this.#layers = layers;
  }

  /** A list as an agent is given it; the same one where nothing in it is kept back. */
  shown(method: ListMethod, items: readonly Listed[]): readonly Listed[] {
    if (method !== "tools/list") return items;
    const judge = toolJudge(this.#layers());
    const left = items.filter((item) => judge(judged(item)) === undefined);
    return left.length === items.length ? items : left;
  }

  /** `check` throws GatewayFailure `tool_hidden`, `tool_ruled_out`, `tool_rules_invalid`. */
  callRules(): CallRules {
    const layers = this.#layers();
    return {
      needsTool: judgesByHints(layers),
      check: (tool, listed) => this.#check(tool, listed, layers),
      limit: (tool) => callLimit(tool, layers),
    };
  }

  #check(tool: string, listed: Listed | undefined, layers: ToolLayers): void {
    const [gateway, kept] = [this.#gateway, toolJudge(layers)(judged({ ...listed, name: tool }))];
    if (kept === undefined) return;
    switch (kept.kind) {
      case "hidden":
        throw new GatewayFailure("tool_hidden", { gateway, tool });
      case "unreadable":
        checkToolRules(layers);
        return;
      default:
        throw new GatewayFailure("tool_ruled_out", {
          ...{ gateway, tool, setting: kept.place },
          ...(kept.kind === "denied" && { pattern: kept.pattern }),
          ...(kept.kind === "notReadOnly" && { onlyReads: true as const }),
        });
    }
  }
}

const judged = ({ name, annotations }: Listed): JudgedTool => ({
  name: String(name),
  isReadOnly: (annotations as { readonly readOnlyHint?: unknown } | undefined)?.readOnlyHint === true,
});
