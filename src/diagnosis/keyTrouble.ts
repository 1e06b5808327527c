import { type Translate, translatable } from "../failures/translate.ts";

/** Why keys could not be had, as the rules tell it in English, and as sentences. */
const troubles: readonly (readonly [told: RegExp, sentence: string])[] = [
  [/^(\S+) has no issuer or no jwks_uri$/, translatable("{0} has no issuer or no jwks_uri")],
  [/^(\S+) has no list of keys$/, translatable("{0} has no list of keys")],
  [
    /^(\S+) names a place for its keys that is not safe$/,
    translatable("{0} names a place for its keys that is not safe"),
  ],
  [/^(\S+) answered with HTTP (\d+)$/, translatable("{0} answered with HTTP {1}")],
  [/^(\S+) has no JSON document$/, translatable("{0} has no JSON document")],
  [/^(\S+) could not be read: (.*)$/s, translatable("{0} could not be read: {1}")],
  [
    /^the key is not known, and the issuer was asked for its keys too often$/,
    translatable("the key is not known, and the issuer was asked for its keys too often"),
  ],
];

/** Why the keys of an issuer could not be had, in the person's language. */
export function keyTrouble(reason: string, say: Translate): string {
  for (const [told, sentence] of troubles) {
    const found = told.exec(reason);
    if (found) return say(sentence, ...found.slice(1));
  }
  return reason;
}
