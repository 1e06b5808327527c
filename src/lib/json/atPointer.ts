import { isJsonObject } from "./jsonObject.ts";

/** The steps of a JSON pointer in a fragment, such as `#/items/0`, from the outside in (RFC 6901, 4 and 6). */
export const pointerSteps = (pointer: string): readonly string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((step) => decoded(step).replaceAll("~1", "/").replaceAll("~0", "~"));

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
function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
