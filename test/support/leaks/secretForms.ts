/** Something that nobody but its owners may have. */
export interface Secret {
  /** What it is: an access token, a refresh token, an authorization code … */
  readonly kind: string;
  readonly value: string;
  /** The servers that may be sent it, by their ports. */
  readonly owners: readonly number[];
}

/** What is searched for: a secret, whole or a piece of it, as it looks in one encoding. */
export interface Needle {
  readonly secret: Secret;
  readonly form: string;
  /** Its bytes, one character each. */
  readonly text: string;
}

/** How long a piece is. Whatever has 31 characters in a row of a secret has one whole piece of it. */
const PIECE = 16;

/** A secret in every form in which it could be written down. */
export function needlesOf(secret: Secret): readonly Needle[] {
  const needles = new Map<string, Needle>();
  const add = (form: string, text: string) => {
    // A shorter one is found by chance.
    if (text.length >= 8 && !needles.has(text)) needles.set(text, { secret, form, text });
  };
  const { value } = secret;
  const bytes = Buffer.from(value, "utf8");
  add("plain", bytes.toString("latin1"));
  for (const [name, encode] of encodings) add(name, encode(value));
  for (const [at, piece] of piecesOf(value).entries()) add(`piece ${at + 1}`, piece);
  for (let before = 0; before < 3; before++) {
    // What stands before it moves it within the groups of three; the groups at its ends have other bytes in them.
    const shifted = Buffer.concat([Buffer.alloc(before), bytes]);
    const from = before === 0 ? 0 : 1;
    const whole = shifted.subarray(from * 3, shifted.length - (shifted.length % 3));
    add(`base64, ${before} behind`, whole.toString("base64"));
    add(`base64url, ${before} behind`, whole.toString("base64url"));
  }
  return [...needles.values()];
}

const encodings: readonly (readonly [string, (value: string) => string])[] = [
  ["percent-encoded", encodeURIComponent],
  [
    "percent-encoded in lower case",
    (value) => encodeURIComponent(value).replace(/%[\dA-F]{2}/g, (one) => one.toLowerCase()),
  ],
  ["percent-encoded twice", (value) => encodeURIComponent(encodeURIComponent(value))],
  ["percent-encoded whole", (value) => Buffer.from(value).toString("hex").replace(/../g, "%$&")],
  ["in a form", (value) => new URLSearchParams({ "": value }).toString().slice(1)],
  ["in JSON", (value) => JSON.stringify(value).slice(1, -1)],
  ["in JSON in JSON", (value) => JSON.stringify(JSON.stringify(value)).slice(3, -3)],
  ["hexadecimal", (value) => Buffer.from(value).toString("hex")],
  ["in two bytes each", (value) => Buffer.from(value, "utf16le").toString("latin1")],
  ["backwards", (value) => [...value].reverse().join("")],
];

/** The parts of a secret that are nobody else's, in pieces. */
function piecesOf(value: string): readonly string[] {
  const own = ownPartOf(value);
  return Array.from({ length: Math.floor(own.length / PIECE) }, (_, at) => own.slice(at * PIECE, (at + 1) * PIECE));
}

function ownPartOf(value: string): string {
  // Of a JWT the claims stand elsewhere too: an issuer, a name.
  if (/^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(value)) return value.slice(value.lastIndexOf(".") + 1);
  // A key in PEM begins as all keys of its kind do.
  if (value.includes("PRIVATE KEY-----"))
    return value
      .replace(/-----[^-]+-----/g, "")
      .replace(/\s/g, "")
      .slice(48);
  return value;
}
