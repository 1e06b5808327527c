import { isJsonObject } from "./jsonObject.ts";

/**
 * The steps of a JSON pointer in a fragment, such as `#/items/0`, from the outside in. The escapes of the fragment are undone
 * first, so that `%2F` is between two steps and `~1` is in one (RFC 6901, 4 and 6).
 */
export const pointerSteps = (pointer: string): readonly string[] =>
  pointer
    .replace(/(?:%[\da-f]{2})+/gi, decoded)
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));

/** What a reference such as `#/components/schemas/Order` leads to in a document; others lead nowhere. */
export function atPointer(reference: string, root: unknown): unknown {
  if (!reference.startsWith("#/")) return undefined;
  return pointerSteps(reference).reduce(inside, root);
}

function inside(around: unknown, step: string): unknown {
  if (Array.isArray(around)) return around[Number(step)];
  return isJsonObject(around) && Object.hasOwn(around, step) ? around[step] : undefined;
}

/** Schemas are somebody else's: an escape that is none stands for itself. */
function decoded(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return escapes;
  }
}
