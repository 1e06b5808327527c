import fc from "fast-check";

/** The surrogates, which are no characters. */
const [FIRST_SURROGATE, LAST_SURROGATE, LAST] = [0xd800, 0xdfff, 0x10ffff];
const SURROGATES = LAST_SURROGATE - FIRST_SURROGATE + 1;

/**
 * Every character of Unicode, as a unit of `fc.string`. The unit `binary` of fast-check is the same, but makes a table of all
 * million of them, which takes a second of each process and stays in its memory.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.integer({ min: 0, max: LAST - SURROGATES }).map(
  (at) => String.fromCodePoint(at < FIRST_SURROGATE ? at : at + SURROGATES),
  (character) => {
    const [only, ...more] = typeof character === "string" ? character : "";
    const code = only?.codePointAt(0);
    const isNone = code === undefined || (code >= FIRST_SURROGATE && code <= LAST_SURROGATE);
    if (isNone || more.length > 0) throw new Error("this is not one character");
    return code < FIRST_SURROGATE ? code : code - SURROGATES;
  },
);

const inPaths = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@"];
const segment = fc.string({
  unit: fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom(...inPaths) },
    { weight: 1, arbitrary: anyCharacter.map(encodeURIComponent) },
  ),
  maxLength: 10,
});

/** Addresses of these schemes, in the place of `fc.webUrl`, which makes that table for what stands in a path by its number. */
export const webAddress = (...schemes: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...schemes), fc.webAuthority(), fc.array(segment, { maxLength: 4 }))
    .map(([scheme, authority, path]) => `${scheme}://${authority}${path.map((one) => `/${one}`).join("")}`);
