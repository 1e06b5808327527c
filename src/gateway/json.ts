import type { ClientOptions, JsonSchemaValidator } from "@modelcontextprotocol/client";

/** A JSON object of the protocol that is handed on without looking inside. */
export type Json = Readonly<Record<string, unknown>>;

/** A schema that accepts everything: fields that the SDK does not know have to pass in both directions. */
export const anyJson: {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => { readonly value: Json };
    readonly types?: { readonly input: Json; readonly output: Json };
  };
} = {
  "~standard": { version: 1, vendor: "gateway", validate: (value: unknown) => ({ value: value as Json }) },
};

/** Whoever made the data is who judges it. */
export const noValidation: NonNullable<ClientOptions["jsonSchemaValidator"]> = {
  getValidator: <T>() => ((value: unknown) => ({ valid: true, data: value })) as unknown as JsonSchemaValidator<T>,
};

/** The longest time a timer can wait. A tool may think as long as its caller lets it. */
export const NO_TIMEOUT = 2 ** 31 - 1;
