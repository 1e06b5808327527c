/** What a token says, not yet believed. */
export type Claims = Readonly<Record<string, unknown>>;

/** A claim that is a string or an array of strings (RFC 7519, 4.1.3) as an array. */
export function strings(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
