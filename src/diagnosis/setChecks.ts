import type { HeaderPlace } from "../connections/headers/headersSetting.ts";
import { readHeaders } from "../connections/headers/readHeaders.ts";
import { asFailure } from "../failures/failure.ts";
import { sourceText } from "../oauth/tokens/clientCredential.ts";
import type { AccessCheck } from "./accessReport.ts";
import type { AskedAccess } from "./askedAccess.ts";
import { checkOfFailure } from "./checkOfFailure.ts";

/** What the person has set to go along with each request, without a value of it. */
export function setChecks({ settings }: Pick<AskedAccess, "settings">): readonly AccessCheck[] {
  const { headers, policySession } = settings;
  return [
    ...(headers === undefined ? [] : [headersCheck(headers)]),
    ...(policySession
      ? [
          {
            what: "A policy session goes along with each request",
            state: "note",
            found: "one UUID for each MCP connection; New Policy Session begins another",
          } as const,
        ]
      : []),
  ];
}

function headersCheck(set: unknown): AccessCheck {
  const what = "The headers that are set go along with each request";
  const place = (name: string) => ["headers", name].filter((part) => part !== "").join(" \u203a ");
  try {
    const headers = readHeaders(set as Readonly<Record<string, string | HeaderPlace>>, { place });
    const found = headers.map(({ name, value }) =>
      value.kind === "text" ? name : `${name} (from ${sourceText(value.source)})`,
    );
    return { what, state: "note", found: found.join(", ") };
  } catch (error) {
    return checkOfFailure(what, asFailure(error));
  }
}
