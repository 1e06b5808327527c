const names =
  "access_token|refresh_token|id_token|client_secret|code_verifier|code|state|(?:client_)?assertion|password";

// The end of the net, not the net: nothing hands secrets to the log in the first place.
const token = /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g;
/** A PEM file, of which the end may be missing. */
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\sA-Za-z0-9+/=\\]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g;
const credentials = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi;
/** A query within another address. */
const encoded = new RegExp(String.raw`((?:%26|%3F)(?:${names})%3D)(?:%(?!26)|[^\s"'&,}%])+`, "gi");
/** A query, a form, words, JSON, or JSON within a string of JSON. */
const named = new RegExp(String.raw`(\b(?:${names})\\*["']?\s*[=:]\s*\\*["']?)((?:\\(?!\\*["'])|[^\s"'&,}\\])+)`, "gi");

/** Our own failure codes have the name of an authorization code, and the log is read for them. */
const failureCode = /^(?:[a-z]+(?:_[a-z]+)+|unexpected)\)?$/;

/** A text without anything that has the shape of a token, a code, a verifier or a secret. */
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
