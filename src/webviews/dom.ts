import { visibleText } from "../lib/foreignText.ts";

export type Child = Node | string | undefined | false;

type Attribute = string | number | boolean | undefined | ((event: never) => void);

/** A text as the page has it: with its lines, and without what is not seen and changes what is seen. */
const seen = (text: string): string => visibleText(text).replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n");

/** Attributes that are read by people, and not by the browser. */
const READ = /^(?:title|alt|placeholder|label|aria-(?:label|description|valuetext))$/;

export const textNode = (text: string): Text => document.createTextNode(seen(text));

/** Replaces what an element says. */
export function say(place: Element, text: string): void {
  const next = seen(text);
  if (place.textContent !== next) place.textContent = next;
}

/**
 * Makes an element. A text is always text: nothing on a page is made of HTML that somebody wrote, and whoever wrote it, the reader
 * sees all of it. What is sent to a gateway is in values, which stay as they are.
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value as EventListener);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined)
      made.setAttribute(name, READ.test(name) ? seen(String(value)) : String(value));
  }
  const shown = children.filter((child) => child !== undefined && child !== false);
  made.append(...shown.map((child) => (typeof child === "string" ? seen(child) : child)));
  return made;
}

/** A button with words on it. */
export const button = (
  words: string,
  click: () => void,
  attributes: Readonly<Record<string, Attribute>> = {},
): HTMLButtonElement => element("button", { type: "button", click, ...attributes }, words);

/** A sign on a button, and the words for those who do not see it and those who point at it. */
export interface NamedIcon {
  readonly icon: string;
  readonly words: string;
}

/** A button with a sign on it. */
export const iconButton = ({ icon, words }: NamedIcon, click: () => void, disabled = false): HTMLButtonElement =>
  element(
    "button",
    { type: "button", click, class: "icon", "aria-label": words, title: words, disabled },
    element("span", { "aria-hidden": "true" }, icon),
  );

const focusable =
  "input:not([disabled]), select:not([disabled]), textarea:not([disabled]), button:not([disabled]), summary";

/** Puts the focus on the first thing in an element that takes it. */
export function focusIn(within: Element | null | undefined): void {
  const first = within?.matches(focusable) ? within : within?.querySelector(focusable);
  (first as HTMLElement | null | undefined)?.focus();
}
