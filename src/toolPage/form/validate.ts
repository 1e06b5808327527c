import { type OutputUnit, type SchemaDraft, Validator } from "@cfworker/json-schema";
import { isJsonObject } from "../../lib/json/jsonObject.ts";

/** What a schema finds wrong with a value; `undefined` where the schema itself cannot be used. */
export type Validate = (value: unknown) => readonly OutputUnit[] | undefined;

/**
 * Makes the check of values against a schema (JSON Schema, 2020-12 unless the schema says otherwise).
 *
 * @param root the document that the schema is of, whose definitions it may refer to
 */
export function validation(schema: unknown, root: unknown): Validate {
  if (!isJsonObject(schema))
    return () =>
      schema === false ? [{ keyword: "false", keywordLocation: "#", instanceLocation: "#", error: "" }] : [];
  const whole = schema === root || !isJsonObject(root) ? schema : within(schema, root);
  let validator: Validator | undefined;
  return (value) => {
    try {
      validator ??= new Validator(whole, draftOf(isJsonObject(root) ? root.$schema : undefined), false);
      return validator.validate(JSON.parse(JSON.stringify(value ?? null))).errors;
    } catch {
      return undefined;
    }
  };
}

/** A part of a document with the definitions that it refers to. */
function within(schema: object, root: Readonly<Record<string, unknown>>): object {
  const { $defs, definitions } = root;
  const definitionsOfRoot = {
    ...($defs !== undefined && { $defs }),
    ...(definitions !== undefined && { definitions }),
  };
  return { ...definitionsOfRoot, ...schema };
}

function draftOf(schema: unknown): SchemaDraft {
  const found = /draft-0([467])\b|(2019-09)/.exec(String(schema));
  if (!found) return "2020-12";
  return found[2] ? "2019-09" : found[1] === "4" ? "4" : "7";
}
