import { Lexer, type Token, type Tokens } from "marked";
import { webAddress } from "../toolPage/webAddress.ts";
import { element, textNode } from "./dom.ts";

/** Opens an address after the editor's own question; the page itself goes nowhere. */
export type OpenLink = (href: string) => void;

/** How deep tokens stand in each other. Texts that people write have five or six. */
const MAX_DEPTH = 30;

/**
 * A text in Markdown as elements. They are made one by one, and only those below: HTML in the text is shown as the text that
 * it is, pictures are named and not loaded, and only addresses of https are links. So there is nothing to be sanitised.
 *
 * `marked` (MIT) reads it: its lexer alone is half of what it takes with DOMPurify, and a third of markdown-it.
 */
export function markdownView(text: string, openLink: OpenLink): HTMLElement {
  const view = element("div", { class: "markdown" });
  try {
    view.append(...blocks(new Lexer({ gfm: true }).lex(text), openLink, 0));
  } catch {
    view.append(element("pre", {}, text));
  }
  return view;
}

/** Whether a text has marks that plain texts seldom have. */
export const looksLikeMarkdown = (text: string): boolean =>
  /^#{1,6} \S|^ {0,3}(?:[-*] |\d+\. )\S.*\n {0,3}(?:[-*] |\d+\. )\S|^ {0,3}(?:```|~~~)|\*\*\S[^*\n]*\*\*|\[[^\]\n]+\]\(https?:|^\|.+\|\s*\n\|[\s:|-]+\|/m.test(
    text.slice(0, 20_000),
  );

function blocks(tokens: readonly Token[], open: OpenLink, depth: number): Node[] {
  if (depth > MAX_DEPTH) return [textNode(tokens.map(({ raw }) => raw).join(""))];
  return tokens.flatMap((token) => block(token as Tokens.Generic, open, depth + 1));
}

function block(token: Tokens.Generic, open: OpenLink, depth: number): Node[] {
  const inner = () => inline(token.tokens ?? [], open, depth);
  switch (token.type) {
    case "space":
    case "def":
      return [];
    case "heading":
      // The page has headings of its own above these.
      return [element(`h${Math.min(Number(token.depth) + 2, 6)}` as "h3", {}, ...inner())];
    case "paragraph":
      return [element("p", {}, ...inner())];
    case "code":
      return [element("pre", {}, element("code", {}, String(token.text)))];
    case "blockquote":
      return [element("blockquote", {}, ...blocks(token.tokens ?? [], open, depth))];
    case "hr":
      return [element("hr")];
    case "list":
      return [listOf(token as Tokens.List, open, depth)];
    case "table":
      return [tableOf(token as Tokens.Table, open, depth)];
    case "text":
      return token.tokens ? inner() : [textNode(decoded(String(token.text)))];
    case "checkbox":
      return inline([token], open, depth);
    default:
      return [element("p", {}, String(token.raw))];
  }
}

function listOf({ ordered, start, items }: Tokens.List, open: OpenLink, depth: number): HTMLElement {
  const rows = items.map((item) => element("li", {}, ...blocks(item.tokens, open, depth)));
  return ordered ? element("ol", { start: Number(start) || 1 }, ...rows) : element("ul", {}, ...rows);
}

function tableOf({ header, rows }: Tokens.Table, open: OpenLink, depth: number): HTMLElement {
  const cells = (tag: "th" | "td", row: readonly Tokens.TableCell[]) =>
    row.map(({ tokens }) => element(tag, tag === "th" ? { scope: "col" } : {}, ...inline(tokens, open, depth)));
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...cells("th", header))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...cells("td", row)))),
  );
}

function inline(tokens: readonly Token[], open: OpenLink, depth: number): Node[] {
  if (depth > MAX_DEPTH) return [textNode(tokens.map(({ raw }) => raw).join(""))];
  return tokens.map((given) => {
    const token = given as Tokens.Generic;
    const inner = () => inline(token.tokens ?? [], open, depth + 1);
    switch (token.type) {
      case "strong":
        return element("strong", {}, ...inner());
      case "em":
        return element("em", {}, ...inner());
      case "del":
        return element("del", {}, ...inner());
      case "codespan":
        return element("code", {}, String(token.text));
      case "br":
        return element("br");
      case "link":
        return linkView(String(token.href), inner(), open);
      case "image":
        return linkView(String(token.href), [textNode(`🖼 ${decoded(String(token.text)) || String(token.href)}`)], open);
      case "checkbox":
        return textNode(token.checked ? "☑ " : "☐ ");
      case "escape":
        return textNode(String(token.text));
      case "text":
        return token.tokens ? element("span", {}, ...inner()) : textNode(decoded(String(token.text)));
      default:
        return textNode(String(token.raw));
    }
  });
}

/** A link that shows where it leads. Any other scheme than https, `command:` among them, is no link. */
function linkView(href: string, words: readonly Node[], open: OpenLink): HTMLElement {
  if (webAddress(href) === undefined) return element("span", { title: href }, ...words);
  const click = (event: Event) => {
    event.preventDefault();
    open(href);
  };
  return element("a", { href, title: href, click, auxclick: click }, ...words);
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/** Entities as the characters that they stand for. */
const decoded = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : undefined;
    if (code !== undefined) return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    return named[(name ?? "").toLowerCase()] ?? whole;
  });
