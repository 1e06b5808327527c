import { type CallToolResult, ProtocolError, Server } from "@modelcontextprotocol/server";
import { foreignText } from "../../lib/foreignText.ts";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { qualifiedName } from "../../lib/qualifiedName.ts";
import { noValidation } from "../../mcp/passThrough.ts";
import { INVALID_PARAMS } from "../../mcp/peer.ts";
import { toolError } from "../../mcp/toolError.ts";
import { record } from "../tools/describedTools.ts";
import { valueFaults } from "../tools/valueFaults.ts";
import type { StubAnswer, Target } from "./target.ts";

/**
 * Stands in for a target that runs at AWS only: it lists its tools, and answers with what `local.stubs` of the gateway's
 * file has for them. Without that, it says that the target does not run here.
 */
export function stubServer(target: Extract<Target, { kind: "stub" }>): Server {
  const { name, what, tools, answers } = target;
  const server = new Server({ name, version: "1" }, { capabilities: { tools: {} }, jsonSchemaValidator: noValidation });
  server.setRequestHandler("tools/list", async () => ({ tools: tools as never }));
  server.setRequestHandler("tools/call", async ({ params }): Promise<CallToolResult> => {
    const tool = tools.find((one) => one.name === params.name);
    if (tool === undefined) throw new ProtocolError(INVALID_PARAMS, `Unknown tool: ${foreignText(params.name)}`);
    const [fault] = valueFaults(params.arguments ?? {}, record(tool.inputSchema));
    if (fault) {
      const said = `The arguments do not fit: ${["arguments", ...fault.path].join(".")}: ${fault.problem}`;
      return toolError(foreignText(said, LONGEST_FAULT));
    }
    const answer = Object.hasOwn(answers, params.name) ? answers[params.name] : undefined;
    return answer === undefined ? toolError(notHere(qualifiedName(name, params.name), what)) : resultOf(answer, tool);
  });
  return server;
}

/** How much of what does not fit is told, in characters: its names are the caller's. */
const LONGEST_FAULT = 1_000;

/** What somebody is told who calls a tool that has no answer here. */
const notHere = (tool: string, what: string): string =>
  `${tool} is a tool of a target of the kind ${what}, which only Amazon Bedrock AgentCore Gateway can call. It does not run in this local gateway: give it an answer in local.stubs of the gateway's file.`;

/** The answer as AgentCore hands on what a function or an API answered: as a text, and as a structure if the tool has one. */
function resultOf(answer: StubAnswer, tool: { readonly outputSchema?: unknown }): CallToolResult {
  if ("error" in answer) return toolError(answer.error);
  const { output } = answer;
  const text = typeof output === "string" ? output : JSON.stringify(output);
  const structure = tool.outputSchema !== undefined && isJsonObject(output);
  return {
    content: [{ type: "text", text }],
    ...(structure && { structuredContent: output }),
    isError: false,
  };
}
