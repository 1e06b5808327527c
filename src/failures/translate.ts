/**
 * Says a sentence in the person's language. Arguments are numbered, `"{0} answered HTTP {1}."`, so that a translation
 * may put them in another order; `vscode.l10n.t` is one of these.
 *
 * @param sentence one or more whole sentences in English, which are also the key of their translation
 * @param args what stands in the place of `{0}`, `{1}` and so on: names, addresses, codes and numbers
 */
export type Translate = (sentence: string, ...args: (string | number)[]) => string;

/** Marks a sentence that stands apart from where it is said, so that `npm run l10n` finds it. */
export const translatable = (text: string): string => text;

/** The sentence itself, for whoever has no translations. */
export const english: Translate = (sentence, ...args) =>
  sentence.replace(/\{(\d+)\}/g, (placeholder, index: string) => String(args[Number(index)] ?? placeholder));
