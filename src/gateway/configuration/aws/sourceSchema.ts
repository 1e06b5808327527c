import { object, oneOf, type Schema } from "../../../lib/json/schema.ts";

const s3: Schema = object("A file in S3. Here a local file stands in for it: local.schemas names it by target.", {
  uri: { type: "string", description: "Where it is.", pattern: "^s3://.{1,2043}$", patternErrorMessage: "s3://…" },
  bucketOwnerAccountId: {
    type: "string",
    description: "Whose bucket it is.",
    pattern: "^[0-9]{12}$",
    patternErrorMessage: "the 12 digits of an account",
  },
});

/** Where a description of an API or of tools is (`ApiSchemaConfiguration`, `ToolSchema` of the API). */
export const sourceSchema = (description: string, inlinePayload: Schema): Schema => ({
  ...object(description, { s3, inlinePayload }),
  allOf: oneOf(["s3", "inlinePayload"]),
});

/** A document that stands in the file as a text. */
export const documentSource = (description: string): Schema =>
  sourceSchema(description, { type: "string", description: "The document itself, as a text.", minLength: 1 });

/** An API's schema for policies (`HttpApiSchemaConfiguration` of the API). */
export const policySource: Schema = object(
  "The API's schema, by which policies know requests and their bodies.",
  { source: documentSource("Where the schema is.") },
  ["source"],
);
