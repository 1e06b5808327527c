import type { Json } from "../../mcp/passThrough.ts";
import { type DescribedTools, type DescriptionProblem, record, textIn, tool } from "./describedTools.ts";

/**
 * The tools of a Lambda function, as its `toolSchema` lists them.
 *
 * @param definitions a list of `ToolDefinition`, of the file or of a document of its own
 */
export function lambdaTools(definitions: unknown): DescribedTools {
  if (!Array.isArray(definitions)) return { tools: [], problems: [{ path: [], problem: "expected a list of tools" }] };
  const tools: Json[] = [];
  const problems: DescriptionProblem[] = [];
  for (const [at, one] of definitions.entries()) {
    const { name, description, inputSchema, outputSchema } = record(one);
    const called = textIn(name);
    if (called === undefined) problems.push({ path: [at, "name"], problem: `[${at}].name is missing` });
    else if (record(inputSchema).type !== "object") {
      problems.push({ path: [at, "inputSchema", "type"], problem: `[${at}].inputSchema.type: expected object` });
    } else {
      const output = outputSchema === undefined ? undefined : record(outputSchema);
      tools.push(tool(called, record(inputSchema), { description: textIn(description), outputSchema: output }));
    }
  }
  return { tools, problems };
}

/**
 * The tools of an MCP server, as `mcpToolSchema` lists them.
 *
 * @param document a list of tools, or an object with `tools` as `tools/list` answers it
 */
export function serverTools(document: unknown): DescribedTools {
  const isList = Array.isArray(document);
  const listed = isList ? document : record(document).tools;
  const problems = lambdaTools(listed).problems.map((one) => (isList ? one : { ...one, path: ["tools", ...one.path] }));
  return { tools: Array.isArray(listed) ? listed.map(record) : [], problems };
}
