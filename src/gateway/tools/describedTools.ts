import { isJsonObject } from "../../lib/json/jsonObject.ts";
import type { Json } from "../../mcp/passThrough.ts";
import type { DescriptionPath } from "./description.ts";

/** The tools that a description has, and what in it cannot be one. */
export interface DescribedTools {
  readonly tools: readonly Json[];
  readonly problems: readonly DescriptionProblem[];
}

/** What in a description cannot be a tool. */
export interface DescriptionProblem {
  readonly path: DescriptionPath;
  /** For people. */
  readonly problem: string;
}

/** The longest name of a tool at AgentCore, with its target's. */
export const LONGEST_TOOL_NAME = 256;

export const record = (value: unknown): Json => (isJsonObject(value) ? value : {});

export const textIn = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** A tool as it is listed, with what is known of it. */
export const tool = (
  name: string,
  inputSchema: Json,
  {
    description,
    outputSchema,
  }: { readonly description?: string | undefined; readonly outputSchema?: Json | undefined },
): Json => ({
  name,
  ...(description !== undefined && { description }),
  inputSchema,
  ...(outputSchema !== undefined && { outputSchema }),
});
