import { sameJson } from "../../lib/json/sameJson.ts";
import { type Choice, type FieldShape, isLongText, labelOf } from "../../toolPage/form/field.ts";
import { pathKey } from "../../toolPage/json.ts";
import { filled } from "../../toolPage/pageWords.ts";
import { element } from "../dom.ts";
import { type FormContext, idOf, type Place } from "./formContext.ts";

type Shape<K extends FieldShape["kind"]> = Extract<FieldShape, { readonly kind: K }>;

/** What every control has, so that its label, its description and its fault belong to it. */
export const controlAttributes = ({ path, required }: Place) => ({
  id: idOf("field", path),
  "aria-describedby": `${idOf("about", path)} ${idOf("fault", path)}`,
  "aria-required": required ? "true" : undefined,
});

export function textControl(context: FormContext, place: Place, shape: Shape<"text">): HTMLElement {
  const { path, required } = place;
  const value = context.valueAt(path);
  const text = typeof value === "string" ? value : "";
  const isLong =
    shape.input === "lines" || (shape.input === "line" && (isLongText(place.label) || text.includes("\n")));
  // An item of a list is there, be it empty; a member that was emptied is not.
  const empty = typeof path.at(-1) === "number" ? "" : undefined;
  const listId = idOf("list", path);
  const input = (event: Event) => {
    const typed = (event.target as HTMLInputElement).value;
    context.setAt(path, typed === "" ? empty : typed);
    if (path.length === 1) context.complete?.(String(path[0]), typed);
  };
  const common = {
    ...controlAttributes(place),
    placeholder: shape.placeholder || undefined,
    input,
    spellcheck: "false",
  };
  if (isLong) {
    const area = element("textarea", { ...common, rows: 3 });
    area.value = text;
    return area;
  }
  const types = {
    line: "text",
    email: "email",
    url: "url",
    date: "date",
    time: "text",
    password: "password",
    lines: "text",
  };
  const hasList = shape.suggestions.length > 0 || (context.complete !== undefined && path.length === 1);
  const field = element("input", {
    ...common,
    type: types[shape.input],
    list: hasList ? listId : undefined,
    autocomplete: "off",
    required: required && shape.input === "date",
  });
  field.value = text;
  if (!hasList) return field;
  const options = shape.suggestions.map((one) => element("option", { value: one }));
  return element("div", { class: "with-list" }, field, element("datalist", { id: listId }, ...options));
}

/** A text field, so that what is typed and is no number stays to be seen; the schema says what is wrong with it. */
export function numberControl(context: FormContext, place: Place, shape: Shape<"number">): HTMLElement {
  const { path } = place;
  const value = context.valueAt(path);
  const write = (typed: string) => {
    const number = Number(typed);
    context.setAt(path, typed.trim() === "" ? undefined : Number.isFinite(number) ? number : typed);
  };
  const keydown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown"))
      return;
    event.preventDefault();
    const by = event.key === "ArrowUp" ? shape.step : -shape.step;
    const next = Math.min(Math.max((Number(field.value) || 0) + by, shape.least ?? -Infinity), shape.most ?? Infinity);
    field.value = String(Number(next.toPrecision(12)));
    write(field.value);
  };
  const field = element("input", {
    ...controlAttributes(place),
    type: "text",
    inputmode: shape.isInteger ? "numeric" : "decimal",
    autocomplete: "off",
    input: () => write(field.value),
    keydown,
  });
  field.value = value === undefined ? "" : typeof value === "string" ? value : String(JSON.stringify(value) ?? "");
  return field;
}

export function switchControl(context: FormContext, place: Place): HTMLElement {
  const box = element("input", {
    ...controlAttributes(place),
    "aria-required": undefined,
    type: "checkbox",
    role: "switch",
    change: () => context.setAt(place.path, box.checked),
  });
  box.checked = context.valueAt(place.path) === true;
  return box;
}

/** @param nullable whether `null` is one of the choices */
export function choiceControl(
  context: FormContext,
  place: Place,
  { choices, nullable }: { readonly choices: readonly Choice[]; readonly nullable: boolean },
): HTMLElement {
  const { words } = context;
  const { path, required } = place;
  const all =
    nullable && !choices.some(({ value }) => value === null)
      ? [...choices, { label: words.none, value: null }]
      : choices;
  const value = context.valueAt(path);
  const at = all.findIndex((choice) => sameJson(choice.value, value));
  const isItem = typeof path.at(-1) === "number";
  const nothing = isItem ? [] : [element("option", { value: "" }, required ? words.choose : words.notSet)];
  const options = all.map(({ label, description }, index) =>
    element(
      "option",
      { value: index, title: description },
      description === undefined ? label : `${label}: ${description}`,
    ),
  );
  const select = element(
    "select",
    {
      ...controlAttributes(place),
      change: () => context.setAt(path, select.value === "" ? undefined : all[Number(select.value)]?.value),
    },
    ...nothing,
    ...options,
  );
  if (value !== undefined && at < 0) {
    // What an editor or an earlier schema brought is shown, and left until something else is chosen.
    select.append(element("option", { value: "other", disabled: true }, labelOf(value)));
    select.value = "other";
  } else select.value = at < 0 ? "" : String(at);
  return select;
}

export function choicesControl(context: FormContext, place: Place, { choices }: Shape<"choices">): HTMLElement {
  const { path, required } = place;
  const given = () => {
    const value = context.valueAt(path);
    return Array.isArray(value) ? value : [];
  };
  const boxes = choices.map(({ label, value }) => {
    const box = element("input", {
      type: "checkbox",
      change: () => {
        const others = given().filter((one) => !sameJson(one, value));
        const next = box.checked
          ? choices.map((one) => one.value).filter((one) => [...others, value].some((other) => sameJson(one, other)))
          : others;
        context.setAt(path, next.length === 0 && !required ? undefined : next);
      },
    });
    box.checked = given().some((one) => sameJson(one, value));
    return element("label", { class: "tick" }, box, " ", label);
  });
  return element(
    "div",
    {
      class: "ticks",
      role: "group",
      "aria-labelledby": idOf("label", path),
      ...controlAttributes({ ...place, required: false }),
    },
    ...boxes,
  );
}

export function jsonControl(context: FormContext, place: Place): HTMLElement {
  const { path } = place;
  const value = context.valueAt(path);
  const area = element("textarea", {
    ...controlAttributes(place),
    rows: 3,
    class: "code",
    spellcheck: "false",
    placeholder: context.words.jsonValue,
    input: () => {
      const read = parsed(area.value);
      context.notJson[read.isJson ? "delete" : "add"](pathKey(path));
      if (read.isJson) context.setAt(path, read.value);
    },
  });
  area.value = value === undefined ? "" : JSON.stringify(value, null, 2);
  return area;
}

function parsed(text: string): { readonly isJson: boolean; readonly value?: unknown } {
  if (text.trim() === "") return { isJson: true, value: undefined };
  try {
    return { isJson: true, value: JSON.parse(text) };
  } catch {
    return { isJson: false };
  }
}

/** What a person should know of the values a field takes, before they are told that one is wrong. */
export function hintOf(shape: FieldShape, defaultValue: unknown, { words }: FormContext): string {
  const hints: string[] = [];
  if (shape.kind === "number") {
    const { least, most } = shape;
    if (least !== undefined && most !== undefined) hints.push(filled(words.between, least, most));
    else if (least !== undefined) hints.push(filled(words.atLeast, least));
    else if (most !== undefined) hints.push(filled(words.atMost, most));
    else if (shape.isInteger) hints.push(words.wholeNumber);
  }
  if (shape.kind === "constant") hints.push(filled(words.fixedValue, labelOf(shape.value)));
  if (shape.kind === "json" && shape.problem === "unresolved") hints.push(words.noSuchSchema);
  if (shape.kind === "json" && shape.problem === "never") hints.push(words.nothingAllowed);
  if (defaultValue !== undefined && typeof defaultValue !== "object")
    hints.push(filled(words.default, labelOf(defaultValue)));
  return hints.join(" · ");
}
