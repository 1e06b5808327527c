/** How a rule compares a claim. */
export interface Operator {
  /** The type that the claim has in tokens. */
  readonly valueType: "STRING" | "STRING_ARRAY";
  /** The member of `claimMatchValue` that the claim is compared with. */
  readonly member: "matchValueString" | "matchValueStringList";
  /** What the claim has to be, after the operator's name. */
  readonly words: string;
  /**
   * @param found the claim, whatever its type
   * @param wanted what the rule names: one value or several
   */
  readonly matches: (found: unknown, wanted: readonly string[]) => boolean;
}

/** A string is no array: a claim whose type differs from the configured one never matches. */
const hasOneOf = (found: unknown, wanted: readonly string[]): boolean =>
  Array.isArray(found) && wanted.some((one) => found.includes(one));

/** The operators of AWS's API. A further one is a row of this table: the schema, the rule and the words follow. */
export const operators = {
  EQUALS: {
    valueType: "STRING",
    member: "matchValueString",
    words: "this text",
    matches: (found, [wanted]) => typeof found === "string" && found === wanted,
  },
  CONTAINS: {
    valueType: "STRING_ARRAY",
    member: "matchValueString",
    words: "an array with this text",
    matches: hasOneOf,
  },
  CONTAINS_ANY: {
    valueType: "STRING_ARRAY",
    member: "matchValueStringList",
    words: "an array with one of these",
    matches: hasOneOf,
  },
} as const satisfies Readonly<Record<string, Operator>>;

export type OperatorName = keyof typeof operators;

export const operatorNames = Object.keys(operators) as readonly OperatorName[];

/** The members that hold what a rule compares with. */
export const matchMembers = [
  "matchValueString",
  "matchValueStringList",
] as const satisfies readonly Operator["member"][];

/** The types that a rule can ask for. */
export const valueTypes = ["STRING", "STRING_ARRAY"] as const satisfies readonly Operator["valueType"][];

/** The operators for claims of one type, or those that compare with one member. */
export const operatorsWith = <Key extends "valueType" | "member">(
  key: Key,
  value: Operator[Key],
): readonly OperatorName[] => operatorNames.filter((name) => operators[name][key] === value);
