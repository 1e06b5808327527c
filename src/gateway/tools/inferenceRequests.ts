import type { Json } from "../../mcp/passThrough.ts";
import { tool } from "./describedTools.ts";

const text = { type: "string" };
const number = { type: "integer" };

/**
 * The requests to a target for models, with what policies can compare in their bodies (developer guide, "Inference request
 * bodies by path"): the conversation itself is lists of objects, which no condition of Cedar reaches.
 */
export const inferenceRequests: readonly Json[] = [
  tool("POST:/v1/chat/completions", bodyWith({ max_tokens: number, max_completion_tokens: number }), {}),
  tool("POST:/v1/responses", bodyWith({ max_output_tokens: number, instructions: text }), {}),
  tool("POST:/v1/messages", bodyWith({ max_tokens: number }), {}),
  tool("GET:/v1/models", { type: "object" }, {}),
];

function bodyWith(others: Json): Json {
  const properties = { model: text, stream: { type: "boolean" }, ...others };
  return { type: "object", properties, required: ["model"] };
}
