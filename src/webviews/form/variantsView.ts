import type { FieldShape } from "../../toolPage/form/field.ts";
import { addedValue } from "../../toolPage/form/initialValue.ts";
import { variantOf } from "../../toolPage/form/variantOf.ts";
import { pathKey } from "../../toolPage/json.ts";
import { element } from "../dom.ts";
import { type FormContext, idOf, type Place } from "./formContext.ts";

type Variants = Extract<FieldShape, { readonly kind: "variants" }>;

/** A value of several forms: which one it has, and the field of that one. What was entered in another is kept meanwhile. */
export function variantsView(context: FormContext, place: Place, shape: Variants): HTMLElement {
  const { path, required } = place;
  const { words, chosen } = context;
  const key = pathKey(path);
  const kept = new Map<number, unknown>();
  const value = context.valueAt(path);
  const canBeUnset = !required && typeof path.at(-1) !== "number";
  const first = chosen.get(key) ?? variantOf(value, shape.variants, context.root);
  let current = value === undefined && canBeUnset ? undefined : first;
  const body = element("div", { class: "variant" });
  const draw = () => {
    if (current === undefined) {
      chosen.delete(key);
      body.replaceChildren();
      return;
    }
    chosen.set(key, current);
    const variant = shape.variants[current];
    // Its own part of the page, under the same path: the fault of the value stands below the whole.
    const view = context.field({ path, schema: variant?.schema, label: variant?.label ?? "", required: true });
    view.removeAttribute("data-path");
    for (const part of view.querySelectorAll(":scope > .head, :scope > .fault")) part.remove();
    view.querySelector(":scope > .about")?.removeAttribute("id");
    body.replaceChildren(view);
  };
  const select = element(
    "select",
    {
      "aria-label": `${place.label}: ${words.kind}`,
      "aria-describedby": idOf("fault", path),
      change: () => {
        if (current !== undefined) kept.set(current, context.valueAt(path));
        current = select.value === "" ? undefined : Number(select.value);
        const next =
          current === undefined
            ? undefined
            : (kept.get(current) ?? addedValue(shape.variants[current]?.schema, context.root));
        context.setAt(path, next);
        draw();
      },
    },
    ...(canBeUnset ? [element("option", { value: "" }, words.notSet)] : []),
    ...shape.variants.map(({ label }, at) => element("option", { value: at }, label)),
  );
  select.value = current === undefined ? "" : String(current);
  draw();
  return element("div", {}, select, body);
}
