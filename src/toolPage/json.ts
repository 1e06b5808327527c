import { isJsonObject, type JsonObject } from "../lib/json/jsonObject.ts";

/** Where something stands in a value: names of members and numbers of items. */
export type JsonPath = readonly (string | number)[];

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

/** What stands at a place of a value; undefined where nothing does. */
export function valueAt(value: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>(
    (found, step) =>
      typeof found === "object" && found !== null && Object.hasOwn(found, step)
        ? (found as Readonly<Record<string | number, unknown>>)[step]
        : undefined,
    value,
  );
}

/** A copy of a value with another one at a place of it. Undefined takes a member away; objects on the way are made. */
export function withValueAt(value: unknown, path: JsonPath, next: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return next;
  if (typeof step === "number") {
    const items = Array.isArray(value) ? [...value] : [];
    items[step] = withValueAt(items[step], rest, next);
    return items;
  }
  const members = new Map(Object.entries(isJsonObject(value) ? value : {}));
  const member = withValueAt(members.get(step), rest, next);
  if (member === undefined) members.delete(step);
  else members.set(step, member);
  return Object.fromEntries(members);
}

/** A path as a key of a map, and as an id in a page. */
export const pathKey = (path: JsonPath): string =>
  path.map((step) => `/${String(step).replace(/~/g, "~0").replace(/\//g, "~1")}`).join("");
