export type Child = Node | string | undefined | false;

type Attribute = string | number | boolean | undefined | ((event: never) => void);

/** Makes an element. A text is always text: nothing on a page is made of HTML that somebody wrote. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value as EventListener);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}

/** A button with words on it. */
export const button = (
  words: string,
  click: () => void,
  attributes: Readonly<Record<string, Attribute>> = {},
): HTMLButtonElement => element("button", { type: "button", click, ...attributes }, words);

/** A button with a sign on it, and the words for those who do not see it and those who point at it. */
export const iconButton = (sign: string, words: string, click: () => void, disabled = false): HTMLButtonElement =>
  element(
    "button",
    { type: "button", click, class: "icon", "aria-label": words, title: words, disabled },
    element("span", { "aria-hidden": "true" }, sign),
  );

const focusable =
  "input:not([disabled]), select:not([disabled]), textarea:not([disabled]), button:not([disabled]), summary";

/** Puts the focus on the first thing in an element that takes it. */
export function focusIn(within: Element | null | undefined): void {
  const first = within?.matches(focusable) ? within : within?.querySelector(focusable);
  (first as HTMLElement | null | undefined)?.focus();
}
