import type { Json } from "../../mcp/passThrough.ts";
import { type DescribedTools, record, textIn, tool } from "./describedTools.ts";
import { type Description, readJsonDescription } from "./description.ts";

/** How many shapes are put within each other. */
const DEEPEST = 8;

/** Reads a Smithy model, which AWS takes in its JSON form alone. */
export const readSmithyModel = (text: string): Description =>
  /^\s*\{/.test(text)
    ? readJsonDescription(text)
    : {
        kind: "faulty",
        faults: [{ at: 0, problem: "expected a Smithy model in its JSON form, which AWS takes alone" }],
      };

/**
 * The operations of a Smithy model as tools, each called as its shape.
 *
 * @param document a model in the JSON AST of Smithy 1 or 2
 */
export function smithyTools(document: unknown): DescribedTools {
  const { smithy, shapes } = record(document);
  if (!/^[12](\.\d)?/.test(String(smithy ?? ""))) {
    return { tools: [], problems: [{ path: ["smithy"], problem: "expected smithy: 1.0 or 2.0" }] };
  }
  const all = record(shapes);
  const tools = Object.entries(all).flatMap(([id, shape]) => {
    const { type, input, output, traits } = record(shape);
    if (type !== "operation") return [];
    const description = documentation(traits);
    const outputs = targetOf(output) === undefined ? undefined : schemaOf(targetOf(output), all);
    return [tool(nameOf(id), objectSchema(schemaOf(targetOf(input), all)), { description, outputSchema: outputs })];
  });
  const none = { path: ["shapes"], problem: "expected shapes of type operation, found none" };
  return { tools, problems: tools.length === 0 ? [none] : [] };
}

const nameOf = (id: string): string => id.slice(id.indexOf("#") + 1);
const targetOf = (member: unknown): string | undefined => textIn(record(member).target);

/** Smithy's documentation is HTML; a model is told its words. */
function documentation(traits: unknown): string | undefined {
  const said = textIn(record(traits)["smithy.api#documentation"]);
  return said
    ?.replace(/<[^>]*>/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

const objectSchema = (schema: Json): Json => (schema.type === "object" ? schema : { type: "object", properties: {} });

/** The shapes of Smithy's prelude by what they are in JSON. */
const simple: Readonly<Record<string, Json>> = {
  ...Object.fromEntries(
    ["byte", "short", "integer", "long", "bigInteger", "intEnum"].map((one) => [one, { type: "integer" }]),
  ),
  ...Object.fromEntries(["float", "double", "bigDecimal", "timestamp"].map((one) => [one, { type: "number" }])),
  ...Object.fromEntries(["string", "blob", "enum"].map((one) => [one, { type: "string" }])),
  boolean: { type: "boolean" },
  document: {},
  unit: { type: "object", properties: {} },
};

function schemaOf(id: string | undefined, all: Json, within: readonly string[] = []): Json {
  if (id === undefined) return { type: "object", properties: {} };
  const prelude = id.startsWith("smithy.api#") ? nameOf(id).replace(/^Primitive/, "") : undefined;
  if (prelude !== undefined) return simple[prelude.charAt(0).toLowerCase() + prelude.slice(1)] ?? {};
  const { type, members, member, value, traits } = record(all[id]);
  const description = documentation(traits);
  const said = description !== undefined && { description };
  // One that contains itself would never end, and many within each other would grow without limit.
  if (within.includes(id) || within.length >= DEEPEST) return { ...said };
  const inside = (one: unknown) => memberSchema(one, all, [...within, id]);
  switch (type) {
    case "structure":
    case "union": {
      const entries = Object.entries(record(members));
      const required = entries.filter(([, one]) => isRequired(one)).map(([name]) => name);
      const properties = Object.fromEntries(entries.map(([name, one]) => [name, inside(one)]));
      return { type: "object", properties, ...(required.length > 0 && { required }), ...said };
    }
    case "list":
    case "set":
      return { type: "array", items: inside(member), ...said };
    case "map":
      return { type: "object", additionalProperties: inside(value), ...said };
    case "enum":
      return {
        type: "string",
        enum: Object.entries(record(members)).map(([name, one]) => enumValue(one) ?? name),
        ...said,
      };
    default:
      return { ...(simple[String(type)] ?? {}), ...said };
  }
}

function memberSchema(member: unknown, all: Json, within: readonly string[]): Json {
  const description = documentation(record(member).traits);
  return { ...schemaOf(targetOf(member), all, within), ...(description !== undefined && { description }) };
}

const isRequired = (member: unknown): boolean => "smithy.api#required" in record(record(member).traits);
const enumValue = (member: unknown): unknown => record(record(member).traits)["smithy.api#enumValue"];
