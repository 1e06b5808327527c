// Takes the place of the SDK's `_shims` modules in the bundle (an esbuild alias). Those bring a JSON Schema
// validator each, 150 kB apiece, which the relay has no use for: it hands data on and judges none of it.
import { noValidation } from "./passThrough.ts";

/** CORS is a matter of browsers, and this runs in the extension host. */
export const CORS_IS_POSSIBLE = false;

export class DefaultJsonSchemaValidator {
  readonly getValidator = noValidation.getValidator;
}

/** The SDK's stdio transport asks for it; the relay has none. */
export const process = undefined;
