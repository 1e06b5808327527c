import { isJsonObject } from "../../lib/json/jsonObject.ts";
import type { FieldShape, Member } from "../../toolPage/form/field.ts";
import { addedValue } from "../../toolPage/form/initialValue.ts";
import { filled } from "../../toolPage/pageWords.ts";
import { button, element, focusIn, iconButton } from "../dom.ts";
import { type FormContext, idOf, type Place } from "./formContext.ts";

type Group = Extract<FieldShape, { readonly kind: "group" }>;

/** More optional members than this are folded away, so that those that are needed are seen. */
const MOST_OPTIONAL = 10;
/** More members than this can be filtered. */
const MOST_UNFILTERED = 20;

/** The members of an object: those that are needed first, then the others, then what its schema does not name. */
export function groupView(context: FormContext, place: Place, shape: Group): HTMLElement {
  const { path } = place;
  const { words } = context;
  const viewOf = ({ name, schema, required }: Member) =>
    context.field({ path: [...path, name], schema, label: name, required });
  const isSet = ({ name }: Member) => context.valueAt([...path, name]) !== undefined;
  const needed = shape.members.filter(({ required }) => required);
  const optional = shape.members.filter(({ required }) => !required);
  const isFolded = optional.length > MOST_OPTIONAL;
  const shownOptional = isFolded ? optional.filter(isSet) : optional;
  const hidden = isFolded ? optional.filter((member) => !isSet(member)) : [];
  const all = element("div", { class: "members" }, ...needed.map(viewOf), ...shownOptional.map(viewOf));
  if (hidden.length > 0) {
    all.append(
      element(
        "details",
        { class: "optional" },
        element("summary", {}, filled(words.optionalFields, hidden.length)),
        ...hidden.map(viewOf),
      ),
    );
  }
  const named = othersView(context, place, shape);
  if (named) all.append(named);
  return shape.members.length > MOST_UNFILTERED ? element("div", {}, filterBox(context, place, all), all) : all;
}

/** Shows only the members that have a text in their name, title or description. */
function filterBox({ words }: FormContext, { path }: Place, all: HTMLElement): HTMLElement {
  const box = element("input", {
    type: "search",
    class: "filter",
    "aria-label": words.filter,
    placeholder: words.filter,
    id: idOf("list", [...path, "filter"]),
    input: () => {
      const wanted = box.value.trim().toLowerCase();
      for (const details of all.querySelectorAll<HTMLDetailsElement>(":scope > details")) details.open = wanted !== "";
      for (const field of all.querySelectorAll<HTMLElement>(":scope > .field, :scope > details > .field")) {
        field.hidden = !(field.dataset.name ?? "").includes(wanted);
      }
    },
  });
  return box;
}

/** Members that the schema does not name: those that are there, and a way to add one where it speaks of them. */
function othersView(context: FormContext, { path }: Place, shape: Group): HTMLElement | undefined {
  const { words } = context;
  const value = context.valueAt(path);
  const known = new Set(shape.members.map(({ name }) => name));
  const there = Object.keys(isJsonObject(value) ? value : {}).filter((name) => !known.has(name));
  if (there.length === 0 && shape.others === undefined) return undefined;
  const views = element("div", { class: "members" });
  const show = (name: string): HTMLElement => {
    const view = element("div", {});
    const remove = () => {
      context.setAt([...path, name], undefined);
      view.remove();
      focusIn(views.nextElementSibling);
    };
    const acts = [iconButton({ icon: "✕", words: filled(words.removeNamed, name) }, remove)];
    view.append(
      context.field({ path: [...path, name], schema: shape.others ?? true, label: name, required: false, acts }),
    );
    views.append(view);
    return view;
  };
  for (const name of there) show(name);
  if (shape.others === undefined) return views;
  const add = () => {
    const name = box.value;
    const of = context.valueAt(path);
    if (name === "" || known.has(name) || (isJsonObject(of) && Object.hasOwn(of, name))) {
      focusIn(box);
      return;
    }
    context.setAt([...path, name], addedValue(shape.others, context.root) ?? null);
    box.value = "";
    focusIn(show(name).querySelector(".body"));
  };
  const box = element("input", {
    type: "text",
    "aria-label": words.newName,
    placeholder: words.newName,
    keydown: (event: KeyboardEvent) => {
      if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      add();
    },
  });
  const adding = element("div", { class: "adding" }, box, button(words.add, add));
  // Most tools that name no arguments take none, though their schemas do not say so.
  const isUnlikely = path.length === 0 && shape.members.length === 0 && there.length === 0;
  if (!isUnlikely) return element("div", {}, views, adding);
  return element("details", { class: "optional" }, element("summary", {}, words.noneNamed), views, adding);
}
