import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";
import { type Fault, faultsOf } from "../../toolPage/form/faults.ts";
import { fieldOf } from "../../toolPage/form/field.ts";
import { initialValue } from "../../toolPage/form/initialValue.ts";
import { type Validate, validation } from "../../toolPage/form/validate.ts";
import { type JsonPath, pathKey, valueAt, withValueAt } from "../../toolPage/json.ts";
import { filled, type PageWords } from "../../toolPage/pageWords.ts";
import { element, focusIn, say } from "../dom.ts";
import { fieldView } from "./fieldView.ts";
import type { FormContext } from "./formContext.ts";
import { groupView } from "./groupView.ts";

export interface FormWorld {
  readonly schema: unknown;
  readonly words: PageWords;
  /** What was entered before; undefined begins with what the schema does. */
  readonly args: JsonObject | undefined;
  readonly onChanged: (args: JsonObject) => void;
  readonly complete: FormContext["complete"];
}

/** The control of a field itself, not that of a part of its value. */
const ownControl = [
  ":scope > .body > :is(input, select, textarea)",
  ":scope > .body > .with-list > input",
  ":scope > .body > div > select",
].join(", ");

/**
 * A form for the arguments that a schema describes: plain elements of HTML in the colours of the editor.
 *
 * Weighed against it, as a bundle with all that they need: react-jsonschema-form (631 kB) and JSON Forms (486 kB) bring
 * React, and AJV, which compiles schemas to code that the page's policy does not run; JSON Editor (540 kB) makes code of
 * texts too, and writes HTML of what a schema says. The elements of @vscode-elements (243 kB) are controls without a form,
 * in shadow roots that labels and descriptions of ours cannot name. This form and the validator take a tenth of any.
 */
export class FormView {
  readonly body = element("div", { class: "form" });
  readonly #summary = element("p", { class: "fault summary", role: "alert", tabindex: "-1" });
  readonly #fields = element("div", {});
  readonly #world: FormWorld;
  readonly #validate: Validate;
  readonly #context: FormContext;
  #args: JsonObject = {};
  /** Whether faults are shown as they come and go: from the first try to run it on. */
  #isStrict = false;
  readonly #touched = new Set<string>();

  constructor(world: FormWorld) {
    this.#world = world;
    this.#validate = validation(world.schema, world.schema);
    this.#context = {
      root: world.schema,
      words: world.words,
      chosen: new Map(),
      notJson: new Set(),
      complete: world.complete,
      valueAt: (path) => valueAt(this.#args, path),
      field: (place) => fieldView(this.#context, place),
      setAt: (path, value) => this.#set(path, value),
    };
    this.body.append(this.#summary, this.#fields);
    this.body.addEventListener("focusout", ({ target }) => {
      const key = (target as Element).closest<HTMLElement>("[data-path]")?.dataset.path;
      if (key !== undefined && this.#touched.has(key)) this.#showFaults();
    });
    if (world.args === undefined) this.reset();
    else this.show(world.args);
  }

  get args(): JsonObject {
    return this.#args;
  }

  /** Whether there is anything to enter. */
  get isEmpty(): boolean {
    return (
      this.#fields.querySelector("input, select, textarea, button") === null && Object.keys(this.#args).length === 0
    );
  }

  /** Every argument as the schema begins with. */
  reset(): void {
    const initial = initialValue({ schema: this.#world.schema, root: this.#world.schema, required: true });
    this.show(isJsonObject(initial) ? initial : {});
    this.#world.onChanged(this.#args);
  }

  /** Shows other arguments; nobody is told. */
  show(args: JsonObject): void {
    this.#args = args;
    this.#context.chosen.clear();
    this.#context.notJson.clear();
    const { shape } = fieldOf(this.#world.schema, this.#world.schema);
    const group = shape.kind === "group" ? shape : { kind: "group" as const, members: [], others: true };
    this.#fields.replaceChildren(
      groupView(this.#context, { path: [], schema: this.#world.schema, label: "", required: true }, group),
    );
    this.#showFaults();
  }

  /** Shows every fault, and puts the focus on the first. @returns whether there is none */
  check(): boolean {
    this.#isStrict = true;
    const faults = this.#showFaults();
    if (faults.length === 0) return true;
    const { words } = this.#world;
    say(this.#summary, faults.length === 1 ? words.faultFound : filled(words.faultsFound, faults.length));
    const wrong = this.#fields.querySelector(".field.wrong");
    for (let fold = wrong?.closest("details"); fold; fold = fold.parentElement?.closest("details")) fold.open = true;
    focusIn(wrong?.querySelector(".body") ?? this.#summary);
    return false;
  }

  /** Ways to go on with what was typed. */
  offer(argument: string, values: readonly string[]): void {
    const list = this.#fieldOf(pathKey([argument]))?.querySelector("datalist");
    list?.replaceChildren(...values.map((value) => element("option", { value })));
  }

  #set(path: JsonPath, value: unknown): void {
    const next = withValueAt(this.#args, path, value);
    this.#args = isJsonObject(next) ? next : {};
    this.#touched.add(pathKey(path));
    if (this.#isStrict) this.#showFaults();
    this.#world.onChanged(this.#args);
  }

  #showFaults(): readonly Fault[] {
    const { schema, words } = this.#world;
    const { chosen, notJson } = this.#context;
    const found = faultsOf({ value: this.#args, schema, validate: this.#validate, chosen, words });
    const unread = new Map([...notJson].map((key) => [key, words.invalidJson]));
    const faults = [...found.filter(({ path }) => !unread.has(pathKey(path)))];
    for (const field of this.#fields.querySelectorAll<HTMLElement>(".field.wrong")) this.#mark(field, "");
    const rest: Fault[] = [];
    for (const fault of faults) {
      const isShown = this.#isStrict || this.#touched.has(pathKey(fault.path));
      if (!isShown) continue;
      const field = this.#nearest(fault.path);
      if (field) this.#mark(field, fault.text);
      else rest.push(fault);
    }
    for (const [key, text] of unread) {
      const field = this.#fieldOf(key);
      if (field) this.#mark(field, text);
    }
    say(this.#summary, rest.map(({ text }) => text).join(" "));
    return [...faults, ...[...unread.values()].map((text) => ({ path: [], text }))];
  }

  #mark(field: HTMLElement, text: string): void {
    field.classList.toggle("wrong", text !== "");
    const place = field.querySelector<HTMLElement>(":scope > .fault");
    if (place) say(place, text);
    const control = field.querySelector(ownControl);
    if (text === "") control?.removeAttribute("aria-invalid");
    else control?.setAttribute("aria-invalid", "true");
  }

  /** The field of a place, or of the nearest that has one around it. */
  #nearest(path: JsonPath): HTMLElement | undefined {
    for (let length = path.length; length > 0; length--) {
      const field = this.#fieldOf(pathKey(path.slice(0, length)));
      if (field) return field;
    }
    return undefined;
  }

  #fieldOf(key: string): HTMLElement | undefined {
    return this.#fields.querySelector<HTMLElement>(`[data-path="${CSS.escape(key)}"]`) ?? undefined;
  }
}
