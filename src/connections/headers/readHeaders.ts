import { GatewayFailure } from "../../failures/failure.ts";
import { isValidValue } from "../../lib/json/validValue.ts";
import {
  type HeaderFault,
  headerNameFault,
  headerValueFault,
  looksSecret,
  MOST_HEADERS,
} from "../../lib/settableHeaders.ts";
import type { PlacedCredential } from "../../oauth/tokens/clientCredential.ts";
import { credentialPlaceSchema, credentialSource } from "../settings/setting.ts";
import { type HeaderPlace, headerPlaceSchema } from "./headersSetting.ts";

/** One header that is set for a gateway. */
export interface SetHeader {
  readonly name: string;
  readonly value:
    | { readonly kind: "text"; readonly text: string }
    /** Read when it is sent. `before` stands in front of what is read there. */
    | { readonly kind: "read"; readonly source: PlacedCredential; readonly before: string };
}

/** Where a header cannot be used, and why. */
export interface PlacedFault {
  readonly place: string;
  readonly fault: HeaderFault;
}

export interface HeaderReading {
  /** Names the place of a header to whoever set it. */
  readonly place: (name: string) => string;
  /** Whether a token that somebody else keeps may stand there in place of a sign-in. */
  readonly mayAuthorize?: boolean;
}

/**
 * Reads the headers that are set for a gateway.
 *
 * @param set what stands under `headers`: a text for each name, or where it is read
 * @throws GatewayFailure `headers_invalid` with every fault and its place
 */
export function readHeaders(set: unknown, reading: HeaderReading): readonly SetHeader[] {
  const { place } = reading;
  if (typeof set !== "object" || set === null || Array.isArray(set))
    throw invalid([{ place: place(""), fault: "form" }]);
  const faults: PlacedFault[] = [];
  const headers: SetHeader[] = [];
  const names = new Set<string>();
  for (const [name, value] of Object.entries(set)) {
    const header = readHeader(name, value, reading);
    const fault = names.has(name.toLowerCase()) ? "twice" : typeof header === "string" ? header : undefined;
    names.add(name.toLowerCase());
    if (fault !== undefined) faults.push({ place: place(name), fault });
    else headers.push(header as SetHeader);
  }
  if (names.size > MOST_HEADERS) faults.push({ place: place(""), fault: "tooMany" });
  if (faults.length > 0) throw invalid(faults);
  return headers;
}

const invalid = (faults: readonly PlacedFault[]) => new GatewayFailure("headers_invalid", { faults });

function readHeader(name: string, set: unknown, { mayAuthorize }: HeaderReading): SetHeader | HeaderFault {
  const isToken = mayAuthorize === true && name.toLowerCase() === "authorization";
  const fault = isToken ? undefined : headerNameFault(name);
  if (fault !== undefined) return fault;
  if (typeof set === "string") {
    // A secret is told as one before anything else is said of its value.
    const found = looksSecret(name, set) ? "secret" : headerValueFault(set);
    return found ?? { name, value: { kind: "text", text: set.trim() } };
  }
  if (!isValidValue(set, headerPlaceSchema)) return "form";
  const { before = "", ...at } = set as HeaderPlace;
  const source = isValidValue(at, credentialPlaceSchema) ? credentialSource(at) : undefined;
  if (source === undefined) return "form";
  if (/[^\t\x20-\x7e]/.test(before)) return "characters";
  return looksSecret("", before) && !isToken && !/^\S+\s$/.test(before)
    ? "secret"
    : { name, value: { kind: "read", source, before } };
}
