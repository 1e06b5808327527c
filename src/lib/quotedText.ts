import { foreignText } from "./foreignText.ts";
import { isGuid } from "./guid.ts";
import { redact } from "./redact.ts";

/** A run that could be a token, a code or a secret: long, with letters and digits, and no GUID, which providers trace by. */
const opaque = /(?<![\w~+=-])(?=[\w~+=-]*\d)(?=[\w~+=-]*[A-Za-z])[\w~+=-]{20,}/g;

/** The members under which servers say why they refuse: OAuth, RFC 9457, AWS and others. */
const reasonMembers = ["error_description", "detail", "message", "Message", "reason", "errorMessage", "title", "error"];

/**
 * What somebody else wrote, to be quoted as their words: one line, cut, without whatever could be a secret, and without
 * quotation marks that end ours.
 *
 * @returns undefined where nothing is left to be read
 */
export function quotedText(text: string): string | undefined {
  const shown = redact(foreignText(text))
    .replace(opaque, (run) => (isGuid(run) ? run : "[…]"))
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/(?<!\.)\.$/, "");
  return /\p{L}/u.test(shown) ? shown : undefined;
}

/** Names of statuses, which are told as numbers anyway. */
const statusNames = /^(?:unauthori[sz]ed|forbidden|not found|(?:404 )?page not found)$/i;

/** Words as facts of a failure, where they say more than the status beside them does. */
export const moreThanStatus = (words: string | undefined): { readonly words?: string } =>
  words === undefined || statusNames.test(words) ? {} : { words };

/** The reason in the body of an answer that refuses, as its server wrote it. Pages for browsers have none. */
export function reasonIn(body: string): string | undefined {
  const text = body.trim();
  if (text.startsWith("<") || /^(?:null|true|false)$/.test(text)) return undefined;
  if (!/^[[{"]/.test(text)) return quotedText(text);
  try {
    return memberReason(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function memberReason(value: unknown, depth = 0): string | undefined {
  if (typeof value === "string") return quotedText(value);
  if (typeof value !== "object" || value === null || depth > 2) return undefined;
  for (const name of reasonMembers) {
    const found = memberReason((value as Readonly<Record<string, unknown>>)[name], depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
