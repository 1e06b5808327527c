import { isJsonObject } from "../lib/json/jsonObject.ts";

/** Where something stands in a value: names of members and numbers of items. */
export type JsonPath = readonly (string | number)[];

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
