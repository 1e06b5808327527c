import { type OutputUnit, type SchemaDraft, Validator } from "@cfworker/json-schema";
import { GatewayFailure } from "../failures/failure.ts";

/**
 * Checks arguments against a tool's input schema (JSON Schema, 2020-12 unless the schema says otherwise).
 *
 * A schema that cannot be used is no fault of the arguments: the gateway decides then.
 *
 * @throws GatewayFailure `tool_arguments_invalid` with every fault
 */
export function checkToolArguments(tool: string, schema: unknown, args: Record<string, unknown>): void {
  if (typeof schema !== "object" || schema === null) return;
  const errors = errorsOf(schema as Record<string, unknown>, args);
  if (errors.length === 0) return;
  // The validator reports a fault once per level; the innermost says what is wrong.
  const faults = errors
    .filter(({ keyword }) => !outer.has(keyword))
    .map(({ instanceLocation, keyword, error }) => {
      const place = instanceLocation.replace(/^#\/?/, "") || "arguments";
      return `${place}: ${keyword === "false" ? "is not an argument of this tool" : inWords(error)}`;
    });
  throw new GatewayFailure("tool_arguments_invalid", { tool, faults: [...new Set(faults)] });
}

/** The validator's sentence about types as ours say it: expected and found. */
const inWords = (error: string): string =>
  error.replace(/^Instance type "(.+)" is invalid\. Expected "(.+)"\.$/, "expected $2, found $1");

const outer = new Set(["properties", "additionalProperties", "patternProperties", "items", "prefixItems", "$ref"]);

function errorsOf(schema: Record<string, unknown>, args: Record<string, unknown>): readonly OutputUnit[] {
  try {
    return new Validator(schema, draftOf(schema.$schema), false).validate(args).errors;
  } catch {
    return [];
  }
}

function draftOf(schema: unknown): SchemaDraft {
  const found = /draft-0([467])\b|(2019-09)/.exec(String(schema));
  if (!found) return "2020-12";
  return found[2] ? "2019-09" : found[1] === "4" ? "4" : "7";
}
