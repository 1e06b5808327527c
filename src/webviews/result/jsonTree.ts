import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { filled, type PageWords } from "../../toolPage/pageWords.ts";
import { button, element, say } from "../dom.ts";

/** How many members or items are drawn at once: the others follow when they are asked for. */
const AT_ONCE = 200;
/** How much of a text stands in a line, in characters. */
const LONGEST_LEAF = 2_000;
/** So many levels are open at first, as long as they are short. */
const OPEN_LEVELS = 2;
const MOST_OPEN = 30;

/** A value as a tree that folds. What is folded is not drawn, so that a large value costs nothing. */
export function jsonTree(value: unknown, words: PageWords): HTMLElement {
  return element("div", { class: "tree" }, nodeOf(undefined, value, words, 0));
}

function nodeOf(name: string | undefined, value: unknown, words: PageWords, level: number): HTMLElement {
  const entries = Array.isArray(value)
    ? value.map((item, at) => [String(at), item] as const)
    : isJsonObject(value)
      ? Object.entries(value)
      : undefined;
  const label = name === undefined ? [] : [element("span", { class: "name" }, name), ": "];
  if (entries === undefined) return element("div", { class: "leaf" }, ...label, leafOf(value));
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  if (entries.length === 0) return element("div", { class: "leaf" }, ...label, `${open}${close}`);
  const summary = element("summary", {}, ...label, `${open} ${entries.length} ${close}`);
  const details = element("details", {}, summary);
  let isDrawn = false;
  const draw = () => {
    if (isDrawn || !details.open) return;
    isDrawn = true;
    details.append(childrenOf(entries, words, level));
  };
  details.addEventListener("toggle", draw);
  if (level < OPEN_LEVELS && entries.length <= MOST_OPEN) {
    details.open = true;
    draw();
  }
  return details;
}

function childrenOf(entries: readonly (readonly [string, unknown])[], words: PageWords, level: number): HTMLElement {
  const children = element("div", { class: "children" });
  let shown = 0;
  const more = () => {
    const next = entries.slice(shown, shown + AT_ONCE);
    shown += next.length;
    rest.remove();
    children.append(...next.map(([name, value]) => nodeOf(name, value, words, level + 1)));
    if (shown >= entries.length) return;
    say(rest, filled(words.more, entries.length - shown));
    children.append(rest);
  };
  const rest = button("", more, { class: "link" });
  more();
  return children;
}

function leafOf(value: unknown): HTMLElement {
  const kind = value === null ? "null" : typeof value;
  const text = JSON.stringify(value) ?? String(value);
  return element("span", { class: kind }, text.length > LONGEST_LEAF ? `${text.slice(0, LONGEST_LEAF)}…` : text);
}
