import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** A type of a property as AWS publishes it. */
interface Published {
  readonly type: string;
  readonly element?: Published;
  readonly types?: readonly Published[];
  readonly reference?: { readonly $ref: string };
}

interface Definition {
  readonly $id: string;
  readonly name: string;
  readonly cloudFormationType?: string;
  readonly properties: Readonly<Record<string, { readonly type: Published; readonly required?: boolean }>>;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** AWS's resource specification, as the CDK's own generator reads it. */
const { schema } = JSON.parse(
  gunzipSync(readFileSync("node_modules/@aws-cdk/aws-service-spec/db.json.gz")).toString("utf8"),
) as { schema: Readonly<Record<"resource" | "typeDefinition", Readonly<Record<string, unknown>>>> };

const all = (part: Readonly<Record<string, unknown>>): readonly Definition[] =>
  Object.values(part).flatMap((one) => Object.values(one as Record<string, Definition>));

const definitions = new Map(all(schema.typeDefinition).map((one) => [one.$id, one]));
const resources = new Map(all(schema.resource).map((one) => [one.cloudFormationType, one]));

/** What AWS publishes of a resource. @throws Error for one that it does not have */
export function publishedResource(type: string): Definition {
  const found = resources.get(type);
  if (found === undefined) throw new Error(`AWS has no ${type}`);
  return found;
}

/** The definition that a type refers to. */
export const referred = ({ reference }: Published): Definition | undefined =>
  reference && definitions.get(reference.$ref);

/**
 * What is wrong with a value of a template, by the published types alone. What a template fills in later fits a text.
 */
export function templateFaults(value: unknown, type: Published, path: string): readonly string[] {
  const object = typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  const filled = object && ["Ref", "Fn::GetAtt", "Fn::Join"].some((name) => Object.hasOwn(object, name));
  switch (type.type) {
    case "string":
      return typeof value === "string" || filled ? [] : [`${path}: no text`];
    case "number":
    case "integer":
      return typeof value === "number" ? [] : [`${path}: no number`];
    case "boolean":
      return typeof value === "boolean" ? [] : [`${path}: neither true nor false`];
    case "array":
      if (!Array.isArray(value)) return [`${path}: no list`];
      return value.flatMap((one, at) => templateFaults(one, type.element as Published, `${path}[${at}]`));
    case "map":
      return object === undefined
        ? [`${path}: no map`]
        : Object.entries(object).flatMap(([name, one]) =>
            templateFaults(one, type.element as Published, `${path}.${name}`),
          );
    case "union":
      return templateFaults(value, (type.types as readonly Published[])[0] as Published, path);
    case "ref":
      return objectFaults(object, referred(type) as Definition, path);
    default:
      return [];
  }
}

/** What is wrong with the properties of a resource or a type. */
export function objectFaults(value: object | undefined, { properties }: Definition, path: string): readonly string[] {
  if (value === undefined) return [`${path}: no object`];
  const given = Object.entries(value);
  const missing = Object.entries(properties).filter(([name, { required }]) => required && !Object.hasOwn(value, name));
  return [
    ...missing.map(([name]) => `${path}.${name} is missing`),
    ...given.flatMap(([name, one]) => {
      const property = properties[name];
      return property ? templateFaults(one, property.type, `${path}.${name}`) : [`${path}.${name} is not known`];
    }),
  ];
}

/** The properties of a definition in the form of our table, with those that it leads to. */
export function tableOf(
  prefix: string,
  { properties }: Definition,
  found: Record<string, unknown> = {},
): { readonly own: Readonly<Record<string, unknown>>; readonly types: Readonly<Record<string, unknown>> } {
  const typeText = (type: Published): unknown => {
    switch (type.type) {
      case "ref": {
        const definition = referred(type) as Definition;
        const name = `${prefix}.${definition.name}`;
        if (!Object.hasOwn(found, name)) {
          found[name] = {};
          found[name] = tableOf(prefix, definition, found).own;
        }
        return name;
      }
      case "array":
        return [typeText(type.element as Published)];
      case "map":
        return { of: typeText(type.element as Published) };
      case "union":
        return typeText((type.types as readonly Published[])[0] as Published);
      case "integer":
        return "number";
      case "tag":
        return "json";
      default:
        return type.type;
    }
  };
  const own = Object.fromEntries(
    Object.entries(properties).map(([name, { type, required }]) => [required ? `${name}!` : name, typeText(type)]),
  );
  return { own, types: found };
}
