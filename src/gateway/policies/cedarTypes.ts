import type { Type } from "@cedar-policy/cedar-wasm/nodejs";
import { atPointer } from "../../lib/json/atPointer.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";

/** The type of an argument, as policies see it. */
export type CedarType =
  | { readonly kind: "String" | "Long" | "Boolean" | "decimal" }
  | { readonly kind: "Set"; readonly element: CedarType }
  | { readonly kind: "Record"; readonly members: ReadonlyMap<string, CedarMember> };

/** One argument, or one member of an object. */
export interface CedarMember {
  /** Undefined for what policies cannot name: it is left out of requests. */
  readonly type: CedarType | undefined;
  readonly required: boolean;
}

/** How deep AgentCore follows a schema. */
const MOST_LEVELS = 64;

const simple: Readonly<Record<string, CedarType>> = {
  string: { kind: "String" },
  integer: { kind: "Long" },
  boolean: { kind: "Boolean" },
  number: { kind: "decimal" },
};

const noMembers: CedarType = { kind: "Record", members: new Map() };

/** The type of all arguments of a tool. A schema that says nothing of them has none. */
export function inputType(inputSchema: unknown): CedarType & { readonly kind: "Record" } {
  const type = typeOf(inputSchema, inputSchema, 0);
  return (type?.kind === "Record" ? type : noMembers) as CedarType & { readonly kind: "Record" };
}

/**
 * The type of a JSON Schema (AWS, AgentCore developer guide, schema constraints: string, integer, boolean, number,
 * array, object; null is dropped). A type or null is the type, which may then be absent.
 *
 * @returns undefined for what Cedar has no one type for: unions, tuples, objects with any members, nothing said at all
 */
function typeOf(schema: unknown, root: unknown, level: number): CedarType | undefined {
  if (!isJsonObject(schema) || level > MOST_LEVELS) return undefined;
  if (typeof schema.$ref === "string") return typeOf(atPointer(schema.$ref, root), root, level + 1);
  const choices = choicesOf(schema).filter((one) => !isJsonObject(one) || one.type !== "null");
  if (choices.length > 0) return choices.length === 1 ? typeOf(choices[0], root, level + 1) : undefined;
  const type = schema.type ?? typeOfValues(schema);
  if (type === "array") {
    const element = typeOf(schema.items, root, level + 1);
    return element && { kind: "Set", element };
  }
  if (type !== "object" && !isJsonObject(schema.properties)) return simple[String(type)];
  const { properties = {}, required = [], additionalProperties } = schema;
  const names = Object.keys(properties as JsonObject);
  if (names.length === 0 && additionalProperties !== undefined && additionalProperties !== false) return undefined;
  const isRequired = new Set(Array.isArray(required) ? required : []);
  return {
    kind: "Record",
    members: new Map(
      names.map((name) => {
        const member = (properties as JsonObject)[name];
        const may = isRequired.has(name) && !mayBeNull(member);
        return [name, { type: typeOf(member, root, level + 1), required: may }];
      }),
    ),
  };
}

/** The schemas of which one has to hold, a list of types among them. */
function choicesOf(schema: JsonObject): readonly unknown[] {
  const listed = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(listed)) return listed;
  return Array.isArray(schema.type) ? schema.type.map((type) => ({ ...schema, type })) : [];
}

const mayBeNull = (schema: unknown): boolean =>
  isJsonObject(schema) && choicesOf(schema).some((one) => isJsonObject(one) && one.type === "null");

const typeOfValues = ({ enum: values }: JsonObject): string | undefined =>
  Array.isArray(values) && values.every((one) => typeof one === "string") ? "string" : undefined;

/** The type in Cedar's JSON. */
export function cedarTypeJson(type: CedarType): Type<string> {
  switch (type.kind) {
    case "decimal":
      return { type: "Extension", name: "decimal" };
    case "Set":
      return { type: "Set", element: cedarTypeJson(type.element) };
    case "Record":
      return {
        type: "Record",
        attributes: Object.fromEntries(
          [...type.members].flatMap(([name, { type: of, required }]) =>
            of === undefined ? [] : [[name, { ...cedarTypeJson(of), required }]],
          ),
        ),
      };
    default:
      return { type: type.kind };
  }
}
