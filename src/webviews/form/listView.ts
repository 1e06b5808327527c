import type { FieldShape } from "../../toolPage/form/field.ts";
import { addedValue } from "../../toolPage/form/initialValue.ts";
import { filled } from "../../toolPage/pageWords.ts";
import { button, element, focusIn, iconButton, say } from "../dom.ts";
import { controlAttributes } from "./controls.ts";
import { type FormContext, idOf, type Place } from "./formContext.ts";

type List = Extract<FieldShape, { readonly kind: "list" }>;

/** How many items have fields; of more, the others are entered as JSON. */
const MOST_ITEMS = 200;

/** The items of a list, which are added, removed and moved with buttons, and moved with Alt and the arrows. */
export function listView(context: FormContext, place: Place, shape: List): HTMLElement {
  const { path, required } = place;
  const { words } = context;
  const items = element("ol", { class: "items" });
  const count = element("span", { class: "soft" });
  const given = (): readonly unknown[] => {
    const value = context.valueAt(path);
    return Array.isArray(value) ? value : [];
  };
  const write = (next: readonly unknown[]) => {
    context.setAt(path, next.length === 0 && !required ? undefined : next);
    draw();
  };
  const add = () => {
    const all = given();
    const schema = shape.itemAt(all.length);
    write([...all, addedValue(schema, context.root) ?? null]);
    focusIn(items.lastElementChild?.querySelector(".body"));
  };
  const remove = (at: number) => {
    write(given().filter((_, index) => index !== at));
    focusIn(items.children[Math.min(at, items.children.length - 1)]?.querySelector(".body") ?? adding);
  };
  const move = (at: number, by: -1 | 1, label?: string) => {
    const all = [...given()];
    const to = at + by;
    if (to < 0 || to >= all.length) return;
    const [item] = all.splice(at, 1);
    all.splice(to, 0, item);
    write(all);
    const row = items.children[to];
    const same = [...(row?.querySelectorAll("button") ?? [])].find((one) => one.ariaLabel === label && !one.disabled);
    focusIn(same ?? row?.querySelector(".body"));
  };
  const itemView = (index: number, length: number): HTMLElement => {
    const label = filled(words.item, index + 1);
    const up = filled(words.moveUp, label);
    const down = filled(words.moveDown, label);
    const keydown = (event: KeyboardEvent) => {
      if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
      event.preventDefault();
      event.stopPropagation();
      move(index, event.key === "ArrowUp" ? -1 : 1);
    };
    const acts = [
      iconButton(
        { icon: "↑", words: up },
        () => move(index, -1, filled(words.moveUp, filled(words.item, index))),
        index === 0,
      ),
      iconButton(
        { icon: "↓", words: down },
        () => move(index, 1, filled(words.moveDown, filled(words.item, index + 2))),
        index === length - 1,
      ),
      iconButton({ icon: "✕", words: filled(words.removeNamed, label) }, () => remove(index)),
    ];
    const schema = shape.itemAt(index);
    return element("li", { keydown }, context.field({ path: [...path, index], schema, label, required: true, acts }));
  };
  const adding = button(words.add, add, { "aria-label": filled(words.addNamed, place.label) });
  const draw = () => {
    const all = given();
    items.replaceChildren(...all.slice(0, MOST_ITEMS).map((_, index) => itemView(index, all.length)));
    say(
      count,
      [
        all.length > 0 ? filled(words.itemCount, all.length) : "",
        all.length > MOST_ITEMS ? filled(words.more, all.length - MOST_ITEMS) : "",
        all.length > 1 ? words.itemHint : "",
      ]
        .filter((text) => text !== "")
        .join(" · "),
    );
    adding.disabled = all.length >= shape.most;
  };
  draw();
  return element(
    "div",
    { role: "group", "aria-labelledby": idOf("label", path), ...controlAttributes({ ...place, required: false }) },
    items,
    element("div", { class: "adding" }, adding, count),
  );
}
