/**
 * What is not seen in a text of JSON, or is a line's end to some: one who reads it in a terminal would have it obeyed, or read
 * something else. `JSON.stringify` writes C0 as escapes, and leaves C1, turned writing, fillers and tags as they are.
 */
const invisible =
  /[\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udfff]/g;

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** A text of JSON that says the same to whoever parses it, with what is not seen as escapes. */
export const visibleJson = (json: string): string =>
  json.replace(invisible, (one) => one.split("").map(escaped).join(""));
