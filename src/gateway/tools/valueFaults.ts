import { Validator } from "@cfworker/json-schema";
import { pointerSteps } from "../../lib/json/atPointer.ts";
import type { Json } from "../../mcp/passThrough.ts";

/** Something in a value that its schema does not allow. */
export interface ValueFault {
  /** The way to it: the members and places from the outside in; empty for the value itself. */
  readonly path: readonly string[];
  readonly problem: string;
}

/**
 * What a schema (JSON Schema, 2020-12) does not allow in a value. A schema that cannot be used allows everything: it is
 * somebody else's.
 */
export function valueFaults(value: unknown, schema: Json): readonly ValueFault[] {
  try {
    const { errors } = new Validator({ ...schema }, "2020-12", false).validate(value);
    // What contains a fault is told of too, and the keywords that led there.
    const told = errors.filter(({ keyword }) => !around.has(keyword));
    return told.map(({ instanceLocation, error }) => ({ path: pointerSteps(instanceLocation), problem: error }));
  } catch {
    return [];
  }
}

const around = new Set(["properties", "items", "prefixItems", "additionalProperties", "allOf", "$ref"]);
