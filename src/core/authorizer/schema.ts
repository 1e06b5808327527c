/**
 * The part of JSON Schema (draft 7) that files and settings are described with. `patternErrorMessage` is VS Code's and says
 * what a pattern means.
 */
export interface Schema {
  readonly type?: "object" | "array" | "string" | "number" | "integer" | "boolean";
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly patternErrorMessage?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
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
export const ignored = (description: string): Schema => ({ description });

/** A text that says something. */
export const text = (description: string): Schema => ({ type: "string", description, minLength: 1 });
