/** The languages besides English, as the editor names them. */
export const languages = ["ja", "es"] as const;

export type Language = (typeof languages)[number];

/** A file's translations, by key; beside them, under this key, who has looked at them. */
export type Catalogue = Readonly<Record<string, string>>;

export const REVIEW_KEY = "_review";

/** Says so until somebody who grew up with the language has read all of it; see docs/languages.md. */
export const notReviewed = "Not reviewed by a native speaker yet. See docs/languages.md.";
