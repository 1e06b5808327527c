import { Validator } from "@cfworker/json-schema";
import { GatewayFailure } from "../failure.ts";

/**
 * Checks arguments against a tool's input schema (JSON Schema, 2020-12 unless the schema says otherwise).
 *
 * @throws GatewayFailure `tool_arguments_invalid` with every fault
 */
export function checkToolArguments(tool: string, schema: unknown, args: Record<string, unknown>): void {
  if (typeof schema !== "object" || schema === null) return;
  const { valid, errors } = new Validator(schema as Record<string, unknown>, "2020-12", false).validate(args);
  if (valid) return;
  // The validator reports a fault once per level; the innermost says what is wrong.
  const faults = errors
    .filter(({ keyword }) => keyword !== "properties" && keyword !== "items" && keyword !== "$ref")
    .map(({ instanceLocation, error }) => `${instanceLocation.replace(/^#\/?/, "") || "arguments"}: ${error}`);
  throw new GatewayFailure("tool_arguments_invalid", { tool, faults: [...new Set(faults)] });
}
