import { visibleText } from "./foreignText.ts";

/** What breaks a line besides a line feed. */
const otherBreaks = /\r\n?|[\v\f\u0085\u2028\u2029]/g;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * A text for an HTML element or attribute: names and addresses come from others, and may have markup, or what turns and
 * hides the text beside them.
 */
export const escapeHtml = (text: string): string =>
  visibleText(text.replace(otherBreaks, "\n")).replace(/[&<>"']/g, (character) => entities[character] ?? character);
