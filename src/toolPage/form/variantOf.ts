import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { sameJson } from "../../lib/json/sameJson.ts";
import { type FieldShape, fieldOf, type Variant } from "./field.ts";
import { validation } from "./validate.ts";

/** Which of the forms a value has: the first that it fits, else the one that it is most like. 0 for no value. */
export function variantOf(value: unknown, variants: readonly Variant[], root: unknown): number {
  if (value === undefined) return 0;
  const judged = variants.map(({ schema }, at) => ({
    at,
    fits: validation(schema, root)(value)?.length === 0,
    likeness: likenessOf(value, fieldOf(schema, root).shape, root),
  }));
  // A schema that speaks of objects only is kept by every text too.
  const fitting = judged.filter(({ fits }) => fits);
  const best = fitting.find(({ likeness }) => likeness > 0) ?? fitting[0];
  return (
    best?.at ?? judged.reduce((one, other) => (other.likeness > one.likeness ? other : one), { at: 0, likeness: 0 }).at
  );
}

function likenessOf(value: unknown, shape: FieldShape, root: unknown): number {
  switch (shape.kind) {
    case "group": {
      if (!isJsonObject(value)) return 0;
      const known = shape.members.filter(({ name }) => Object.hasOwn(value, name));
      const constants = known.flatMap(({ name, schema }) => {
        const member = fieldOf(schema, root).shape;
        return member.kind === "constant" ? [sameJson(member.value, value[name]) ? 10 : -10] : [];
      });
      return 1 + known.length + constants.reduce((sum, one) => sum + one, 0);
    }
    case "list":
    case "choices":
      return Array.isArray(value) ? 1 : 0;
    case "text":
      return typeof value === "string" ? 1 : 0;
    case "number":
      return typeof value === "number" ? 1 : 0;
    case "switch":
      return typeof value === "boolean" ? 1 : 0;
    default:
      return 0;
  }
}
