import type { ValueSchema } from "../../lib/json/validValue.ts";
import { setFor } from "../settings/setForGateways.ts";
import { type CredentialPlace, credentialPlaceSchema } from "../settings/setting.ts";

/** Where the value of a header is read, as it stands in the settings. */
export interface HeaderPlace extends CredentialPlace {
  /** What stands in front of it. */
  readonly before?: string;
}

/** The form of such a place. That exactly one of the places is named is looked at where it is read. */
export const headerPlaceSchema: ValueSchema = {
  ...credentialPlaceSchema,
  maxProperties: 2,
  properties: { ...credentialPlaceSchema.properties, before: { type: "string" } },
};

/** The form of `headers`, as editors check it while it is typed. */
export const headersSchema: ValueSchema = {
  type: "object",
  additionalProperties: { anyOf: [{ type: "string" }, headerPlaceSchema] },
};

/** What is set as the headers of a gateway; undefined where nothing is. Whatever else is set does not matter. */
export const headersFor = (gateways: unknown, url: string): unknown => setFor(gateways, url).headers ?? undefined;
