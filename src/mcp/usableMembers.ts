import { isJsonObject, isTexts, type JsonObject } from "../lib/json/jsonObject.ts";
import { isReadableSchema } from "./readableSchema.ts";

type Usable = (value: unknown) => unknown;

const text: Usable = (value) => (typeof value === "string" ? value : undefined);
const truth: Usable = (value) => (typeof value === "boolean" ? value : undefined);
const number: Usable = (value) => (typeof value === "number" ? value : undefined);
const object: Usable = (value) => (isJsonObject(value) ? value : undefined);
const when =
  (usable: Usable, isGood: (value: never) => boolean): Usable =>
  (value) =>
    usable(value) !== undefined && isGood(value as never) ? value : undefined;
const textIn = (...texts: readonly string[]) => when(text, (value: string) => texts.includes(value));
const texts: Usable = (value) => (isTexts(value) ? value : undefined);
const withMembers =
  (members: Readonly<Record<string, Usable>>): Usable =>
  (value) =>
    isJsonObject(value) ? usableMembers(value, members) : undefined;
/** Those of a list that can be used, which all have a text by which they are known. */
const listOf =
  (name: string, members: Readonly<Record<string, Usable>>): Usable =>
  (value) => {
    if (!Array.isArray(value)) return undefined;
    const read = value.map((one: unknown) =>
      isJsonObject(one) && text(one[name]) !== undefined ? usableMembers(one, members) : undefined,
    );
    return read.every((one, index) => one === value[index]) ? value : read.filter((one) => one !== undefined);
  };

const isTime = (value: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.test(value) && !Number.isNaN(Date.parse(value));
const isAudience = (value: readonly string[]): boolean => value.every((one) => ["user", "assistant"].includes(one));

/** What readers take in each optional member of an item (2025-11-25 and 2026-07-28, schema): as it is, mended, or `undefined`. */
const ofItems: Readonly<Record<string, Usable>> = {
  title: text,
  description: text,
  mimeType: text,
  size: number,
  _meta: object,
  outputSchema: when(object, isReadableSchema),
  execution: withMembers({ taskSupport: textIn("required", "optional", "forbidden") }),
  icons: listOf("src", { mimeType: text, sizes: texts, theme: textIn("light", "dark") }),
  arguments: listOf("name", { title: text, description: text, required: truth }),
  annotations: withMembers({
    ...{ title: text, readOnlyHint: truth, destructiveHint: truth, idempotentHint: truth, openWorldHint: truth },
    audience: when(texts, isAudience),
    priority: when(number, (value: number) => value >= 0 && value <= 1),
    lastModified: when(text, isTime),
  }),
};

/**
 * An object without the optional members for which readers refuse the whole list: those that are null, and those of another type
 * than theirs. What nobody knows is left.
 */
export function usableMembers(item: JsonObject, members: Readonly<Record<string, Usable>> = ofItems): JsonObject {
  const read = Object.entries(item).map(([name, value]) => {
    const usable = value === null ? undefined : Object.hasOwn(members, name) ? members[name]?.(value) : value;
    return [name, usable] as const;
  });
  if (read.every(([name, value]) => value === item[name])) return item;
  return Object.fromEntries(read.filter(([, value]) => value !== undefined));
}
