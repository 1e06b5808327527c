import { type FieldShape, fieldOf } from "./field.ts";

/** How deep values are made in advance: a schema that needs itself would go on without end. */
const MAX_DEPTH = 8;

/** A field, and where it stands. */
export interface FieldPlace {
  readonly schema: unknown;
  /** The schema that references begin at. */
  readonly root: unknown;
  readonly required: boolean;
  /** How many fields it stands in. */
  readonly depth?: number;
}

/**
 * What a field has before a person enters something: the schema's default, else what has to be there and can only be one
 * thing. Undefined is nothing.
 */
export function initialValue({ schema, root, required, depth = 0 }: FieldPlace): unknown {
  const { shape, defaultValue } = fieldOf(schema, root);
  if (defaultValue !== undefined) return structuredClone(defaultValue);
  if (!required || depth > MAX_DEPTH) return undefined;
  return neededValue(shape, root, depth);
}

/** What a field begins with that somebody adds: as much of it as has to be there. */
export const addedValue = (schema: unknown, root: unknown): unknown =>
  initialValue({ schema, root, required: true }) ?? emptyOf(fieldOf(schema, root).shape);

function neededValue(shape: FieldShape, root: unknown, depth: number): unknown {
  switch (shape.kind) {
    case "constant":
      return shape.value;
    case "switch":
      return false;
    case "choice":
      return shape.choices.length === 1 ? shape.choices[0]?.value : undefined;
    case "choices":
    case "list":
      return [];
    case "group": {
      const members = shape.members.map(
        ({ name, schema, required }) => [name, initialValue({ schema, root, required, depth: depth + 1 })] as const,
      );
      return Object.fromEntries(members.filter(([, value]) => value !== undefined));
    }
    case "variants":
      return shape.variants.length === 0
        ? undefined
        : initialValue({ schema: shape.variants[0]?.schema, root, required: true, depth: depth + 1 });
    case "text":
    case "number":
    case "json":
      return undefined;
  }
}

function emptyOf(shape: FieldShape): unknown {
  switch (shape.kind) {
    case "text":
      return "";
    case "choice":
      return shape.choices[0]?.value;
    case "number":
      return shape.least ?? 0;
    case "variants":
    case "json":
      return null;
    default:
      return undefined;
  }
}
