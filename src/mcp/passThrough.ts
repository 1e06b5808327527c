import type { ClientOptions, JsonSchemaValidator } from "@modelcontextprotocol/client";

/** A JSON object of the protocol that is passed on unread. */
export type Json = Readonly<Record<string, unknown>>;

/**
 * A schema that accepts everything and changes nothing.
 *
 * An intermediary does not validate what passes through it: a field that the SDK does not know yet must survive.
 */
export const anyJson: {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => { readonly value: Json };
    readonly types?: { readonly input: Json; readonly output: Json };
  };
} = {
  "~standard": { version: 1, vendor: "gateway-connect", validate: (value: unknown) => ({ value: value as Json }) },
};

/** A validator that accepts everything: client and server validate each other's data themselves. */
export const noValidation: NonNullable<ClientOptions["jsonSchemaValidator"]> = {
  getValidator: <T>() => ((value: unknown) => ({ valid: true, data: value })) as unknown as JsonSchemaValidator<T>,
};

/**
 * The longest time a timer can wait, in milliseconds: about 24 days. A tool may think as long as its caller lets it,
 * and the caller cancels when it has had enough.
 */
export const NO_TIMEOUT = 2 ** 31 - 1;
