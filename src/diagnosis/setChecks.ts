import type { HeaderPlace } from "../connections/headers/headersSetting.ts";
import { readHeaders } from "../connections/headers/readHeaders.ts";
import { asFailure } from "../failures/failure.ts";
import { english, type Translate } from "../failures/translate.ts";
import { sourceText } from "../oauth/tokens/clientCredential.ts";
import type { AccessCheck } from "./accessReport.ts";
import type { AskedAccess } from "./askedAccess.ts";
import { checkOfFailure } from "./checkOfFailure.ts";

/** What the person has set to go along with each request, without a value of it. */
export function setChecks(
  { settings }: Pick<AskedAccess, "settings">,
  say: Translate = english,
): readonly AccessCheck[] {
  const { headers, policySession } = settings;
  return [
    ...(headers === undefined ? [] : [headersCheck(headers, say)]),
    ...(policySession
      ? [
          {
            what: say("A policy session goes along with each request"),
            state: "note",
            found: say("one UUID for each MCP connection; New Policy Session begins another"),
          } as const,
        ]
      : []),
  ];
}

function headersCheck(set: unknown, say: Translate): AccessCheck {
  const what = say("The headers that are set go along with each request");
  const place = (name: string) => ["headers", name].filter((part) => part !== "").join(" \u203a ");
  try {
    const headers = readHeaders(set as Readonly<Record<string, string | HeaderPlace>>, { place });
    const found = headers.map(({ name, value }) =>
      value.kind === "text" ? name : say("{0} (from {1})", name, sourceText(value.source)),
    );
    return {
      what,
      state: "note",
      found: found.length === 0 ? "" : found.reduce((one, other) => say("{0}, {1}", one, other)),
    };
  } catch (error) {
    return checkOfFailure(what, asFailure(error), say);
  }
}
