import { element } from "../dom.ts";

export interface Tab {
  readonly label: string;
  readonly view: () => HTMLElement;
}

/** Tabs (WAI-ARIA, tabs pattern): the arrows go from one to the next, and each is drawn when it is first shown. */
export function tabs(label: string, all: readonly Tab[], prefix: string): HTMLElement {
  const panel = element("div", { role: "tabpanel", id: `${prefix}-panel`, tabindex: 0 });
  const drawn = new Map<number, HTMLElement>();
  const select = (at: number, takesFocus: boolean) => {
    for (const [index, tab] of heads.entries()) {
      tab.setAttribute("aria-selected", String(index === at));
      tab.tabIndex = index === at ? 0 : -1;
    }
    const view = drawn.get(at) ?? all[at]?.view();
    if (view) {
      drawn.set(at, view);
      panel.replaceChildren(view);
    }
    panel.setAttribute("aria-labelledby", `${prefix}-tab-${at}`);
    if (takesFocus) heads[at]?.focus();
  };
  const keydown = (event: KeyboardEvent, at: number) => {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    select((to + all.length) % all.length, true);
  };
  const heads = all.map((tab, at) =>
    element(
      "button",
      {
        type: "button",
        role: "tab",
        id: `${prefix}-tab-${at}`,
        "aria-controls": `${prefix}-panel`,
        click: () => select(at, false),
        keydown: (event: KeyboardEvent) => keydown(event, at),
      },
      tab.label,
    ),
  );
  select(0, false);
  return element("div", { class: "tabs" }, element("div", { role: "tablist", "aria-label": label }, ...heads), panel);
}
