import { memberPath, type SchemaFault } from "../../lib/json/checkSchema.ts";
import type { RightParts } from "../../lib/json/validParts.ts";

/** What is wrong with the rules at a place although every part of them is as `authorizerSchema` has it. */
export function authorizerFaults(parts: RightParts, path: string): readonly SchemaFault[] {
  const place = path === "" ? "discoveryUrl" : memberPath(path, "discoveryUrl");
  const discoveryUrl = parts.text(place);
  return discoveryUrl === undefined || URL.canParse(discoveryUrl) ? [] : [parts.fault(place, "is no address")];
}
