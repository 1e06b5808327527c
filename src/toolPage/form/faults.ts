import type { OutputUnit } from "@cfworker/json-schema";
import { pointerSteps } from "../../lib/json/atPointer.ts";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { type JsonPath, pathKey, valueAt } from "../json.ts";
import type { PageWords } from "../pageWords.ts";
import { filled } from "../pageWords.ts";
import { labelOf } from "./field.ts";
import { lookUp } from "./schema.ts";
import type { Validate } from "./validate.ts";

/** What is wrong with one value. */
export interface Fault {
  readonly path: JsonPath;
  readonly text: string;
}

export interface AskedFaults {
  readonly value: unknown;
  readonly schema: unknown;
  readonly validate: Validate;
  /** Which of the forms of a value was chosen, by `pathKey`; what the others say of it is left out. */
  readonly chosen?: ReadonlyMap<string, number>;
  readonly words: PageWords;
}

/** Every fault of a value, each at the place where it can be mended, and one for each place. */
export function faultsOf({ value, schema, validate, chosen = new Map(), words }: AskedFaults): readonly Fault[] {
  const errors = ofChosenForms(validate(value) ?? [], chosen);
  const faults = errors
    .filter(({ keyword }) => !outer.has(keyword))
    .map((error) => faultOf(error, value, schema, words));
  const first = new Map<string, Fault>();
  for (const fault of faults) {
    const key = pathKey(fault.path);
    if (!first.has(key)) first.set(key, fault);
  }
  return [...first.values()];
}

/** The validator reports a fault once per level; the innermost says what is wrong. */
const outer = new Set([
  ...["properties", "additionalProperties", "patternProperties", "unevaluatedProperties", "items", "prefixItems"],
  ...["additionalItems", "$ref", "$recursiveRef", "allOf", "if", "dependentSchemas", "propertyNames"],
]);

/** Leaves out what forms say that were not chosen, and that none fits where the chosen one says why. */
function ofChosenForms(errors: readonly OutputUnit[], chosen: ReadonlyMap<string, number>): readonly OutputUnit[] {
  const forms = errors.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  return errors.filter((error) => {
    for (const { instanceLocation, keywordLocation } of forms) {
      const index = chosen.get(pathKey(pointerSteps(instanceLocation))) ?? 0;
      const isOfThese = error.keywordLocation.startsWith(`${keywordLocation}/`);
      if (isOfThese && !error.keywordLocation.startsWith(`${keywordLocation}/${index}/`)) return false;
      if (error.keywordLocation === keywordLocation && error.instanceLocation === instanceLocation) {
        if (errors.some((one) => one.keywordLocation.startsWith(`${keywordLocation}/${index}/`))) return false;
      }
    }
    return true;
  });
}

function faultOf(error: OutputUnit, whole: unknown, schema: unknown, words: PageWords): Fault {
  const path = asIn(whole, pointerSteps(error.instanceLocation));
  const { keyword } = error;
  if (keyword === "required" || keyword === "dependentRequired") {
    const name = keyword === "required" ? /"(.*)"/s.exec(error.error)?.[1] : undefined;
    if (name !== undefined) return { path: [...path, name], text: words.needed };
  }
  const limit = keywordValue(error.keywordLocation, schema);
  return { path, text: faultText(keyword, limit, valueAt(whole, path), words) };
}

/** A pointer says of no step whether it is a name or a number; the value does. */
function asIn(value: unknown, path: readonly (string | number)[]): JsonPath {
  let found = value;
  return path.map((step) => {
    const known = Array.isArray(found) ? Number(step) : step;
    found = valueAt(found, [known]);
    return known;
  });
}

/** What a keyword says in the schema, over references. */
function keywordValue(location: string, schema: unknown): unknown {
  return pointerSteps(location).reduce<unknown>((found, step) => {
    if (!isJsonObject(found) && !Array.isArray(found)) return undefined;
    if (step === "$ref" && isJsonObject(found)) return lookUp(String(found.$ref), schema);
    return valueAt(found, [step]);
  }, schema);
}

function faultText(keyword: string, limit: unknown, value: unknown, words: PageWords): string {
  const limited = (sentence: string) => filled(sentence, labelOf(limit));
  switch (keyword) {
    case "type":
      return filled(words.expectedType, typeNames(limit, words), typeName(typeOf(value), words));
    case "enum":
    case "const":
      return words.expectedChoice;
    case "minimum":
      return limited(words.expectedLeast);
    case "maximum":
      return limited(words.expectedMost);
    case "exclusiveMinimum":
      return limited(words.expectedMore);
    case "exclusiveMaximum":
      return limited(words.expectedLess);
    case "multipleOf":
      return limited(words.expectedMultiple);
    case "minLength":
      return limited(words.expectedLonger);
    case "maxLength":
      return limited(words.expectedShorter);
    case "pattern":
      return limited(words.expectedPattern);
    case "format":
      return limited(words.expectedFormat);
    case "minItems":
      return limited(words.expectedMoreItems);
    case "maxItems":
      return limited(words.expectedFewerItems);
    case "uniqueItems":
      return words.expectedUnique;
    case "false":
      return words.notKnown;
    case "anyOf":
    case "oneOf":
    case "not":
      return words.fitsNone;
    default:
      return filled(words.breaksRule, keyword);
  }
}

const typeOf = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

const typeNames = (types: unknown, words: PageWords): string =>
  (Array.isArray(types) ? types : [types]).map((type) => typeName(String(type), words)).join(", ");

const typeName = (type: string, words: PageWords): string =>
  Object.hasOwn(words.types, type) ? words.types[type as keyof PageWords["types"]] : type;
