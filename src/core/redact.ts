// The end of the net, not the net: nothing hands secrets to the log in the first place.
const shapes: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, "[token]"],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, "$1 [redacted]"],
  [
    /\b(access_token|refresh_token|id_token|client_secret|code_verifier|code|state|assertion|password)(["']?\s*[=:]\s*["']?)[^\s"'&,}]+/gi,
    "$1$2[redacted]",
  ],
];

/** A text without anything that has the shape of a token, a code, a verifier or a secret. */
export function redact(text: string): string {
  return shapes.reduce((result, [shape, replacement]) => result.replace(shape, replacement), text);
}
