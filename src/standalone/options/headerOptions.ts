import type { HeaderPlace } from "../../connections/headers/headersSetting.ts";
import { readHeaders } from "../../connections/headers/readHeaders.ts";
import { isFailure } from "../../failures/failure.ts";
import { headerFaults } from "../../failures/headerFaults.ts";
import { english } from "../../failures/translate.ts";
import { placeOf } from "./placeOptions.ts";

/** Where a header of the command line was set. */
export const headerPlace = (name: string): string => (name === "" ? "--header" : `--header ${name}`);

/**
 * The headers that were typed, as they would stand in `gatewayConnect.gateways`.
 *
 * @param typed `Name: value`, or `Name=env:NAME` and the like
 * @throws Error in words about the headers that cannot be used; their values are not repeated
 */
export function headerSettings(typed: readonly string[]): {
  readonly headers?: Readonly<Record<string, string | HeaderPlace>>;
} {
  if (typed.length === 0) return {};
  const headers: Record<string, string | HeaderPlace> = {};
  for (const text of typed) {
    const { name, value } = header(text);
    if (Object.hasOwn(headers, name)) throw new Error(`${headerPlace(name)} is there twice.`);
    headers[name] = value;
  }
  try {
    readHeaders(headers, { place: headerPlace, mayAuthorize: true });
  } catch (error) {
    if (!isFailure(error, "headers_invalid")) throw error;
    const { faults } = error.facts;
    const how = faults.some(({ fault }) => fault === "secret") ? ` ${readInstead}` : "";
    throw new Error(headerFaults(faults, english) + how);
  }
  return { headers };
}

const readInstead =
  "Write env:NAME, file:/path or command:program in its place: every program on this computer can read the arguments of another.";

function header(text: string): { readonly name: string; readonly value: string | HeaderPlace } {
  const [, name = "", value = ""] =
    /^([^\s:=]+)=((?:env|file|command):.*)$/s.exec(text) ?? /^([^:]*):(.*)$/s.exec(text) ?? [];
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name.trim()) || value.trim() === "") {
    throw new Error('--header is "Name: value", such as "X-Team: blue" or "X-Api-Key: env:NAME".');
  }
  return { name: name.trim(), value: valueOrPlace(value.trim()) };
}

/** A value, or where it is read. What stands in front of a variable is kept, as in `Bearer ${TOKEN}`. */
function valueOrPlace(value: string): string | HeaderPlace {
  const [, before, environment = "", braced = ""] = /^(|.*\s)(?:env:(\w+)|\$\{(?:env:)?(\w+)\})$/.exec(value) ?? [];
  if (before !== undefined) return { environment: environment || braced, ...(before !== "" && { before }) };
  return placeOf("--header", value) ?? value;
}
