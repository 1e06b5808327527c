import { foreignLines } from "../../lib/foreignText.ts";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { redact } from "../../lib/redact.ts";

/** How much of a body and of one text in it is shown, in characters. */
const [LONGEST_BODY, LONGEST_TEXT] = [16_000, 2_000];

const hidden = "[redacted]";
/** Members whose texts are secrets, by their names. */
const secretName =
  /token|secret|passw|api[_-]?key|access[_-]?key|private[_-]?key|credential|assertion|verifier|signature|authorization|cookie/i;
/**
 * What is called so and is none: what tells MCP's requests under way apart, and the members of metadata that say where an
 * authorization server is and what it takes (RFC 9728, 2; RFC 8414, 2).
 */
const harmlessName =
  /^(?:progressToken|next_?cursor|max_?tokens|.*token_?count|token_type(?:_hint)?|authorization_servers|.*_(?:endpoint|supported))$/i;
/** Short codes are those of errors, countries and currencies. */
const isCode = (name: string, value: string): boolean => /^(?:.*_)?code$/i.test(name) && value.length > 12;

/** A body, or a part of one, as it came. */
export interface Body {
  readonly text: string;
  /** Whether only its beginning is there. */
  readonly isCut: boolean;
  /** What must not be seen in it, whatever it is: what was sent as a header. */
  readonly secrets: readonly string[];
}

/**
 * A body as people read it: JSON with its lines, cut to what somebody looks at, and without what looks like a secret by its
 * name or its form.
 */
export function shownBody({ text, isCut, secrets }: Body): string {
  const shown = isCut ? withoutEnd(redact(text)) : json(text);
  const cut = shown.length > LONGEST_BODY ? `${shown.slice(0, LONGEST_BODY)}\n…` : isCut ? `${shown}\n…` : shown;
  return foreignLines(withoutSecrets(cut, secrets)).join("\n");
}

/** A text without the values that must not be seen in it, also as they are encoded in an address. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, hidden).replaceAll(encodeURIComponent(secret), hidden);
  return clean;
}

function json(text: string): string {
  try {
    return JSON.stringify(redacted(JSON.parse(text)), null, 2);
  } catch {
    return redact(text);
  }
}

/** The end of a beginning may be half a secret, which nothing would know as one. */
const withoutEnd = (text: string): string => text.replace(/[^\s"',;&{}[\]]*$/, "");

function redacted(value: unknown, name = ""): unknown {
  if (typeof value === "string") {
    if ((secretName.test(name) && !harmlessName.test(name)) || isCode(name, value)) return hidden;
    const clean = redact(value);
    const left = clean.length - LONGEST_TEXT;
    return left > 0 ? `${clean.slice(0, LONGEST_TEXT)}… (+${left})` : clean;
  }
  if (typeof value === "number") return /secret|passw/i.test(name) ? hidden : value;
  if (Array.isArray(value)) return value.map((one) => redacted(one, name));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([member, one]) => [redact(member), redacted(one, member)]));
}
