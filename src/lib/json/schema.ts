/**
 * The part of JSON Schema (draft 7) that files and settings are described with, as `checkSchema` and editors read it.
 * `patternErrorMessage`, `errorMessage` and `doNotSuggest` are VS Code's.
 */
export interface Schema {
  readonly type?: "object" | "array" | "string" | "number" | "integer" | "boolean";
  readonly description?: string;
  /** `false` for a member that may not be there. */
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
  /** What the pattern means, after "expected". */
  readonly patternErrorMessage?: string;
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly allOf?: readonly Schema[];
  readonly not?: Schema;
  readonly if?: Schema;
  /** `const` and `enum` in an `if` hold for an absent member too, unless it is `required` there. */
  readonly then?: Schema;
  /** What to say when `enum`, `const`, `required`, `not`, or a member that may not be there is what is wrong. */
  readonly errorMessage?: string;
  /** Keeps a member out of what editors complete. */
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

/** A list that has a value, or is left out. */
export const list = (description: string, items: Schema, most?: number): Schema => ({
  type: "array",
  description,
  minItems: 1,
  ...(most !== undefined && { maxItems: most }),
  items,
});

/** What AWS prints and nothing here reads. */
export const ignored = (description: string): Schema => ({ description, doNotSuggest: true });

/** Members that AWS prints and nothing here reads. */
export const allIgnored = (names: readonly string[], description: string): Readonly<Record<string, Schema>> =>
  Object.fromEntries(names.map((name) => [name, ignored(description)]));

/** A text that says something. */
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

/** What else has to be so when a member is there and is this text. */
export const when = (member: string, value: string, ...rules: readonly Schema[]): Schema => ({
  if: { properties: { [member]: { const: value } }, required: [member] },
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema has called it so.
  then: { allOf: rules },
});
