import { isJsonObject, type JsonObject } from "./jsonObject.ts";

/** Whether two values are the same JSON, whatever the order of their members. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, at) => sameJson(item, other[at]));
  }
  if (!isJsonObject(one) || !isJsonObject(other)) return false;
  const names = definedNames(one);
  return (
    names.length === definedNames(other).length &&
    names.every((name) => Object.hasOwn(other, name) && sameJson(one[name], other[name]))
  );
}

const definedNames = (value: JsonObject): readonly string[] =>
  Object.keys(value).filter((name) => value[name] !== undefined);
