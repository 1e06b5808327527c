import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { type Field, type FieldShape, fieldOf } from "../../toolPage/form/field.ts";
import { addedValue } from "../../toolPage/form/initialValue.ts";
import { pathKey } from "../../toolPage/json.ts";
import { filled } from "../../toolPage/pageWords.ts";
import { button, element, focusIn, iconButton } from "../dom.ts";
import {
  choiceControl,
  choicesControl,
  hintOf,
  jsonControl,
  numberControl,
  switchControl,
  textControl,
} from "./controls.ts";
import { type FormContext, idOf, type Place } from "./formContext.ts";
import { groupView } from "./groupView.ts";
import { listView } from "./listView.ts";
import { variantsView } from "./variantsView.ts";

/** A field with its label, what is said about it, and the place for its fault. It draws itself anew when its form changes. */
export function fieldView(context: FormContext, place: Place): HTMLElement {
  const redraw = () => {
    const next = drawn(context, place, redraw);
    shown.replaceWith(next);
    shown = next;
    focusIn(next.querySelector(".body") ?? next);
  };
  let shown = drawn(context, place, redraw);
  return shown;
}

/** The kinds whose parts are fields themselves. */
const isCompound = ({ kind }: FieldShape): boolean => kind === "group" || kind === "list" || kind === "variants";

function drawn(context: FormContext, place: Place, redraw: () => void): HTMLElement {
  const { path, schema, label, required } = place;
  const { words } = context;
  const field = fieldOf(schema, context.root);
  const { shape } = field;
  const compound = isCompound(shape);
  const title = element(
    compound || shape.kind === "choices" || shape.kind === "constant" ? "span" : "label",
    { class: "label", id: idOf("label", path), for: compound ? undefined : idOf("field", path) },
    field.title ?? label,
  );
  const marks = element(
    "span",
    { class: "soft" },
    field.title !== undefined && field.title !== label ? ` ${label}` : "",
    required && typeof path.at(-1) !== "number" ? ` (${words.required})` : "",
    field.deprecated ? ` (${words.deprecated})` : "",
  );
  const about = [field.description, hintOf(shape, field.defaultValue, context)].filter((text) => text).join(" · ");
  const head = element(
    "div",
    { class: "head" },
    title,
    marks,
    ...(place.acts ?? [removeButton(context, place, field, redraw)]),
  );
  return element(
    "div",
    {
      class: `field ${shape.kind}`,
      "data-path": pathKey(path),
      "data-name": `${label} ${field.title ?? ""} ${field.description ?? ""}`.toLowerCase(),
      ...(compound && { role: "group", "aria-labelledby": idOf("label", path) }),
    },
    head,
    element("p", { class: "soft about", id: idOf("about", path) }, about),
    element("div", { class: "body" }, ...bodyOf(context, place, field, redraw)),
    element("p", { class: "fault", id: idOf("fault", path) }),
  );
}

/** An object that was added, and need not be there, can be taken away. */
function removeButton(context: FormContext, place: Place, field: Field, redraw: () => void): HTMLElement | undefined {
  const { path, required, label } = place;
  const words = filled(context.words.removeNamed, field.title ?? label);
  const isThere = context.valueAt(path) !== undefined && field.shape.kind === "group" && path.length > 0;
  if (!isThere || required) return undefined;
  return iconButton({ icon: "✕", words }, () => {
    context.setAt(path, undefined);
    redraw();
  });
}

function bodyOf(
  context: FormContext,
  place: Place,
  field: Field,
  redraw: () => void,
): readonly (HTMLElement | undefined)[] {
  const { path, required } = place;
  const { shape, nullable } = field;
  const value = context.valueAt(path);
  if (shape.kind === "choice") return [choiceControl(context, place, { ...shape, nullable })];
  if (value === null && nullable) return [nullBox(context, place, field, redraw)];
  const control = fits(shape, value) ? controlOf(context, place, field, redraw) : jsonControl(context, place);
  const canBeNull = nullable && !(required && shape.kind === "switch" && value === undefined);
  return [control, canBeNull ? nullBox(context, place, field, redraw) : undefined];
}

function controlOf(context: FormContext, place: Place, field: Field, redraw: () => void): HTMLElement {
  const { path, schema, required } = place;
  const { shape } = field;
  const value = context.valueAt(path);
  switch (shape.kind) {
    case "text":
      return textControl(context, place, shape);
    case "number":
      return numberControl(context, place, shape);
    case "switch": {
      // A switch has two sides. What need not be said has three.
      const { words } = context;
      const choices = [
        { label: words.yes, value: true },
        { label: words.no, value: false },
      ];
      const hasThree = !required && field.defaultValue === undefined && typeof path.at(-1) !== "number";
      return hasThree ? choiceControl(context, place, { choices, nullable: false }) : switchControl(context, place);
    }
    case "choices":
      return choicesControl(context, place, shape);
    case "list":
      return listView(context, place, shape);
    case "group":
      if (value !== undefined || path.length === 0) return groupView(context, place, shape);
      return button(filled(context.words.addNamed, field.title ?? place.label), () => {
        context.setAt(path, addedValue(schema, context.root) ?? {});
        redraw();
      });
    case "variants":
      return variantsView(context, place, shape);
    case "constant":
      return constantControl(context, place, shape.value);
    case "choice":
    case "json":
      return jsonControl(context, place);
  }
}

/** A value that can only be one thing is there or not. */
function constantControl(context: FormContext, place: Place, value: unknown): HTMLElement {
  if (place.required || typeof place.path.at(-1) === "number") return element("span");
  const box = element("input", {
    type: "checkbox",
    id: idOf("field", place.path),
    change: () => context.setAt(place.path, box.checked ? value : undefined),
  });
  box.checked = context.valueAt(place.path) !== undefined;
  return element("label", { class: "tick" }, box, " ", element("code", {}, JSON.stringify(value)));
}

function nullBox(context: FormContext, place: Place, field: Field, redraw: () => void): HTMLElement {
  const { path, required } = place;
  const box = element("input", {
    type: "checkbox",
    change: () => {
      const before = required ? addedValue(place.schema, context.root) : undefined;
      context.setAt(path, box.checked ? null : field.defaultValue === null ? undefined : before);
      redraw();
    },
  });
  box.checked = context.valueAt(path) === null;
  return element("label", { class: "tick" }, box, " ", context.words.noValue);
}

/** Whether a control of this shape can show a value: an editor or a default may have brought any. */
function fits(shape: FieldShape, value: unknown): boolean {
  if (value === undefined) return true;
  switch (shape.kind) {
    case "text":
      return typeof value === "string";
    case "number":
      return typeof value === "number" || typeof value === "string";
    case "switch":
      return typeof value === "boolean";
    case "list":
    case "choices":
      return Array.isArray(value);
    case "group":
      return isJsonObject(value);
    default:
      return true;
  }
}
