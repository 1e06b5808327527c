/**
 * The part of JSON Schema (draft 7) that describes our files and settings. `checkSchema` and editors both read it.
 * `patternErrorMessage`, `errorMessage` and `doNotSuggest` are VS Code's.
 */
export interface Schema {
  readonly type?: "object" | "array" | "string" | "number" | "integer" | "boolean";
  readonly description?: string;
  /** `false` for a member that is not allowed. */
  readonly properties?: Readonly<Record<string, Schema | false>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  /** What the pattern means; it follows the word "expected". */
  readonly patternErrorMessage?: string;
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly allOf?: readonly Schema[];
  readonly not?: Schema;
  readonly if?: Schema;
  /** `const` and `enum` in an `if` also match an absent member, unless the `if` requires it. */
  readonly then?: Schema;
  /** The message for a violation of `enum`, `const`, `required` or `not`, and for a member that is not allowed. */
  readonly errorMessage?: string;
  /** Editors do not offer the member for completion. */
  readonly doNotSuggest?: boolean;
}

/** An object with these members and no others. */
export const object = (
  description: string,
  properties: Readonly<Record<string, Schema>>,
  required?: string[],
): Schema => ({
  type: "object",
  description,
  properties,
  ...(required && { required }),
  additionalProperties: false,
});

/** A list with at least one value. */
export const list = (description: string, items: Schema, most?: number): Schema => ({
  type: "array",
  description,
  minItems: 1,
  ...(most !== undefined && { maxItems: most }),
  items,
});

/** A value that AWS prints and we do not read. */
export const ignored = (description: string): Schema => ({ description, doNotSuggest: true });

/** Members that AWS prints and we do not read. */
export const allIgnored = (names: readonly string[], description: string): Readonly<Record<string, Schema>> =>
  Object.fromEntries(names.map((name) => [name, ignored(description)]));

/** A string that is not empty. */
export const text = (description: string): Schema => ({ type: "string", description, minLength: 1 });

/** None of these members. */
const without = (members: readonly string[]): Schema => ({
  properties: Object.fromEntries(members.map((name) => [name, false as const])),
});

/** At least one of these members. */
export const someOf = (members: readonly string[], errorMessage: string): Schema => ({
  not: without(members),
  errorMessage,
});

/** Not these members. */
export const noneOf = (members: readonly string[], errorMessage: string): Schema => ({
  ...without(members),
  errorMessage,
});

/** The rules that apply when a member is present with this value. */
export const when = (member: string, value: string, ...rules: readonly Schema[]): Schema => ({
  if: { properties: { [member]: { const: value } }, required: [member] },
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema has called it so.
  then: { allOf: rules },
});

/** Exactly one of these members, as AWS's unions have it. */
export const oneOf = (members: readonly string[]): readonly Schema[] => {
  const expected = `expected one of ${members.join(", ").replace(/, ([^,]*)$/, " and $1")}`;
  const pairs = members.flatMap((one, at) => members.slice(at + 1).map((other) => [one, other] as const));
  return [
    someOf(members, `${expected}, found none`),
    ...pairs.map(([one, other]) => ({
      not: { required: [one, other] },
      errorMessage: `${expected}, found ${one} and ${other}`,
    })),
  ];
};
