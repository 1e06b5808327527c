import { redact } from "../../lib/redact.ts";
import type { Target } from "./target.ts";

/** A shorter value is taken out where it stands alone only, or `1` would be taken out of every address. */
const SHORTEST_WITHIN = 4;

/**
 * Returns all texts that would reveal a target's credentials: the values of its headers and variables, and the parts of
 * them that a message may contain: single lines, the token after `Bearer`, both halves of `Basic`, each also in the
 * escaped forms of JSON and of URLs.
 */
export function targetSecrets(target: Target): readonly string[] {
  const given = target.kind === "http" ? target.headers : target.kind === "stdio" ? target.env : undefined;
  const within = target.kind === "http" ? (target.secrets ?? []) : [];
  const whole = [...Object.values(given ?? {}), ...within];
  const parts = whole.flatMap((value) => [...value.split(/[\r\n]+/), ...credentialsIn(value)]);
  const written = [...whole, ...parts].flatMap((value) => [
    value,
    JSON.stringify(value).slice(1, -1),
    wellFormed(value) ? encodeURIComponent(value) : value,
  ]);
  const all = written.map((value) => value.trim()).filter((value) => value !== "");
  // The longest first: one may be within another.
  return [...new Set(all)].sort((a, b) => b.length - a.length);
}

/** `text` without secrets, and without what has the shape of one. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const escaped = secrets.map((secret) => {
    const literal = secret.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
    return secret.length >= SHORTEST_WITHIN ? literal : `(?<![\\w.:])${literal}(?![\\w.:])`;
  });
  // Replace all in one pass, so that no secret is looked for in the replacement of another.
  const without = escaped.length === 0 ? text : text.replace(new RegExp(escaped.join("|"), "g"), "[redacted]");
  return redact(without);
}

function credentialsIn(value: string): readonly string[] {
  const [, scheme = "", credentials = ""] = /^([A-Za-z][\w-]*)\s+(.+)$/s.exec(value) ?? [];
  if (scheme.toLowerCase() !== "basic") return credentials === "" ? [] : [credentials.trim()];
  const decoded = Buffer.from(credentials, "base64").toString();
  const at = decoded.indexOf(":");
  return [credentials, decoded, ...(at < 0 ? [] : [decoded.slice(0, at), decoded.slice(at + 1)])];
}

function wellFormed(value: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(value);
}
