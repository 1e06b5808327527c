import type { CedarValueJson } from "@cedar-policy/cedar-wasm/nodejs";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import type { CedarType } from "./cedarTypes.ts";

/** An argument does not fit the tool's schema, so that no policy can be asked about it. */
export class Misfit extends Error {}

const expected = { String: "a text", Long: "a whole number", Boolean: "true or false", decimal: "a number" } as const;

/**
 * A value of JSON as Cedar takes it.
 *
 * @param path names the value in words for people
 * @throws Misfit where the value is not of the type
 */
export function cedarValue(value: unknown, type: CedarType, path: string): CedarValueJson {
  const misfit = (wanted: string) => new Misfit(`${path || "arguments"}: expected ${wanted}, found ${kindOf(value)}`);
  switch (type.kind) {
    case "String":
      if (typeof value !== "string") throw misfit(expected.String);
      return value;
    case "Boolean":
      if (typeof value !== "boolean") throw misfit(expected.Boolean);
      return value;
    case "Long":
      if (typeof value !== "number" || !Number.isSafeInteger(value)) throw misfit(expected.Long);
      return value;
    case "decimal": {
      if (typeof value !== "number") throw misfit(expected.decimal);
      const text = decimalText(value);
      if (text === undefined) throw misfit("a number that a decimal of Cedar can be");
      return { __extn: { fn: "decimal", arg: text } };
    }
    case "Set":
      if (!Array.isArray(value)) throw misfit("a list");
      return value.flatMap((one, at) => (one === null ? [] : [cedarValue(one, type.element, `${path}[${at}]`)]));
    case "Record":
      if (!isJsonObject(value)) throw misfit("an object");
      return record(value, type, path);
  }
}

/**
 * A value without the members that its type does not have, which policies cannot name. The body of a request may have
 * others, while the arguments of a tool may not.
 */
export function declaredOnly(value: unknown, type: CedarType): unknown {
  if (type.kind === "Set" && Array.isArray(value)) return value.map((one) => declaredOnly(one, type.element));
  if (type.kind !== "Record" || !isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => {
      const of = type.members.get(name)?.type;
      return of === undefined ? [] : [[name, declaredOnly(one, of)]];
    }),
  );
}

function record(
  value: Readonly<Record<string, unknown>>,
  { members }: CedarType & { readonly kind: "Record" },
  path: string,
): Record<string, CedarValueJson> {
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  const given = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
  const names = new Set(given.map(([name]) => name));
  for (const [name, { required, type }] of members) {
    if (required && type !== undefined && !names.has(name)) throw new Misfit(`${at(name)} is missing`);
  }
  return Object.fromEntries(
    given.flatMap(([name, one]) => {
      const member = members.get(name);
      if (member === undefined) throw new Misfit(`${at(name)} is not in the tool's schema`);
      return member.type === undefined ? [] : [[name, cedarValue(one, member.type, at(name))]];
    }),
  );
}

/** The range of Cedar's decimal, of which one digit less is exact in a number of JSON. */
const LARGEST = 922_337_203_685_477;
const PLACES = 4;

/** A number with four places, the rest cut off as AgentCore does; undefined beyond Cedar's range. */
function decimalText(value: number): string | undefined {
  if (!Number.isFinite(value) || Math.abs(value) >= LARGEST) return undefined;
  const [, whole = "0", places = ""] = /^(-?\d+)(?:\.(\d+))?$/.exec(String(value)) ?? [];
  return `${whole}.${places.slice(0, PLACES) || "0"}`;
}

const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number") return Number.isSafeInteger(value) ? "a whole number" : "a number";
  return { string: "a text", boolean: "true or false", object: "an object" }[typeof value as "string"] ?? typeof value;
};
