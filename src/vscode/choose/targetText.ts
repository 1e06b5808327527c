import type { ListedTarget } from "../../agentcore/controlPlane/gatewayRecords.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { translate } from "../translate.ts";

/** Whether a target is a server that the gateway passes requests on to as they are, at an address of the target's. */
export const isOwnServer = ({ type }: ListedTarget): boolean => type === "AGENTCORE_RUNTIME" || type === "PASSTHROUGH";

/** The path of such a target's MCP: a runtime has one, and what a passthrough leads to has it at `/mcp` as a rule. */
export const targetPath = ({ name, type }: ListedTarget): string =>
  `${encodeURIComponent(name)}/${type === "AGENTCORE_RUNTIME" ? "invocations" : "mcp"}`;

/** What a target is, in words; AWS's own name for a kind that came later. */
export function targetText({ type = "" }: ListedTarget): string {
  switch (type) {
    case "LAMBDA":
      return translate("a Lambda function");
    case "MCP_SERVER":
      return translate("an MCP server");
    case "OPEN_API_SCHEMA":
      return translate("an OpenAPI document");
    case "SMITHY_MODEL":
      return translate("a Smithy model");
    case "API_GATEWAY":
      return translate("an API Gateway stage");
    case "CONNECTOR":
    case "HTTP_CONNECTOR":
      return translate("a connector");
    case "AGENTCORE_RUNTIME":
      return translate("an AgentCore runtime");
    case "PASSTHROUGH":
      return translate("an HTTP server, passed through");
    case "PROVIDER":
      return translate("a model provider, which is no MCP server");
    default:
      return foreignText(type, 40);
  }
}
