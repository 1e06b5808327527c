import type { ListedRecord } from "../../agentcore/controlPlane/registryRecords.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { translate } from "../translate.ts";

/** Whether a record is of something that speaks MCP. */
export const isServer = ({ type }: ListedRecord): boolean => type === "MCP" || type === "GATEWAY";

/** What a record is of, in words; AWS's own name for a kind that came later. */
export function recordText({ type }: ListedRecord): string {
  switch (type) {
    case "MCP":
      return translate("an MCP server");
    case "GATEWAY":
      return translate("an AgentCore gateway");
    case "AGENT":
      return translate("an A2A agent");
    case "SKILL":
      return translate("a skill for agents");
    case "CUSTOM":
      return translate("a record of your company's own kind");
    default:
      return foreignText(type, 40);
  }
}
