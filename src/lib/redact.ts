const names =
  "access_token|refresh_token|id_token|client_secret|code_verifier|code|state|(?:client_)?assertion|password";

// The last safeguard only: no code passes secrets to the log in the first place.
const token = /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g;
/** A private key in PEM, whose end may be missing. */
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\sA-Za-z0-9+/=\\]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g;
const credentials = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi;
/** A query string that is encoded within another URL. */
const encoded = new RegExp(String.raw`((?:%26|%3F)(?:${names})%3D)(?:%(?!26)|[^\s"'&,}%])+`, "gi");
/** A name and its value in a query, a form, prose, JSON, or JSON within a JSON string. */
const named = new RegExp(String.raw`(\b(?:${names})\\*["']?\s*[=:]\s*\\*["']?)((?:\\(?!\\*["'])|[^\s"'&,}\\])+)`, "gi");

/** Our failure codes follow `code` too, like an authorization code, and the log has to show them. */
const failureCode = /^(?:[a-z]+(?:_[a-z]+)+|unexpected)\)?$/;

/** Replaces everything in a text that looks like a token, a code, a verifier or another secret. */
export function redact(text: string): string {
  return text
    .replace(token, "[token]")
    .replace(privateKey, "[private key]")
    .replace(credentials, "$1 [redacted]")
    .replace(encoded, "$1[redacted]")
    .replace(named, (whole, name: string, value: string) =>
      /^code\W/.test(name) && failureCode.test(value) ? whole : `${name}[redacted]`,
    );
}
