import { faultsOf } from "../../toolPage/form/faults.ts";
import { validation } from "../../toolPage/form/validate.ts";
import { pathKey } from "../../toolPage/json.ts";
import type { EndedRun, PartOfResult } from "../../toolPage/messages.ts";
import { filled, type PageWords } from "../../toolPage/pageWords.ts";
import type { CutText, ShownResult } from "../../toolPage/resultParts.ts";
import { byteText } from "../../toolPage/subject.ts";
import { element } from "../dom.ts";
import { jsonTree } from "./jsonTree.ts";
import { actsView, isCut, type PartActs, partView } from "./partView.ts";
import { type Tab, tabs } from "./tabs.ts";

/** What came of a run: rendered, structured and raw, or why there is nothing. */
export function resultView(run: EndedRun, outputSchema: unknown, acts: PartActs): HTMLElement {
  const { words } = acts;
  const { outcome, ms } = run;
  const duration = durationText(ms);
  switch (outcome.kind) {
    case "cancelled":
      return element("p", { class: "outcome" }, filled(words.cancelled, duration));
    case "failed":
      return element(
        "div",
        { class: "outcome failed" },
        element("h2", {}, words.failed),
        element("p", {}, element("strong", {}, outcome.title)),
        element("p", {}, outcome.detail),
        element("p", {}, outcome.nextStep),
        element("p", { class: "soft" }, element("code", {}, outcome.code)),
      );
    case "answered": {
      const { result } = outcome;
      const facts = filled(words.endedIn, duration, byteText(result.bytes));
      return element(
        "div",
        { class: result.isError ? "outcome failed" : "answered" },
        element(
          "div",
          { class: "head" },
          element("h2", {}, result.isError ? words.toolError : words.result),
          element("span", { class: "soft" }, facts),
        ),
        tabs(words.result, tabsOf(result, outputSchema, acts), `run-${run.id}`),
      );
    }
  }
}

function tabsOf(result: ShownResult, outputSchema: unknown, acts: PartActs): readonly Tab[] {
  const { words } = acts;
  const { structured, raw } = result;
  const all: Tab[] = [{ label: words.result, view: () => partsView(result, acts) }];
  if (structured !== undefined || (outputSchema !== undefined && !result.isError)) {
    all.push({ label: words.structured, view: () => structuredView(structured, outputSchema, acts) });
  }
  all.push({ label: words.raw, view: () => wholeView(raw, "raw", acts) });
  return all;
}

function partsView(result: ShownResult, acts: PartActs): HTMLElement {
  const { words } = acts;
  const { parts, moreParts, structured } = result;
  if (parts.length === 0) {
    const json = structured && parsed(structured);
    return json ? jsonTree(json.value, words) : element("p", { class: "soft" }, words.emptyResult);
  }
  return element(
    "div",
    {},
    ...parts.map((part, at) => partView(part, at, acts)),
    moreParts > 0 && element("p", { class: "soft" }, filled(words.moreParts, moreParts)),
  );
}

function structuredView(structured: CutText | undefined, schema: unknown, acts: PartActs): HTMLElement {
  const { words } = acts;
  if (structured === undefined) return element("p", {}, words.notStructured);
  const json = parsed(structured);
  const said =
    schema === undefined ? undefined : json === undefined ? words.notChecked : agreement(json.value, schema, words);
  return element(
    "div",
    {},
    said && element("p", { class: "soft", role: "status" }, said),
    json ? jsonTree(json.value, words) : undefined,
    json ? wholeActs(structured, "structured", acts) : wholeView(structured, "structured", acts),
  );
}

function agreement(value: unknown, schema: unknown, words: PageWords): string {
  const faults = faultsOf({ value, schema, validate: validation(schema, schema), words });
  if (faults.length === 0) return words.fitsSchema;
  return filled(
    words.breaksSchema,
    faults
      .slice(0, 5)
      .map(({ path, text }) => `${pathKey(path)} ${text}`.trim())
      .join(" "),
  );
}

const parsed = (text: CutText): { readonly value: unknown } | undefined =>
  isCut(text) ? undefined : { value: JSON.parse(text.text) };

const wholeView = (text: CutText, part: PartOfResult, acts: PartActs): HTMLElement =>
  element("div", {}, element("pre", { tabindex: 0 }, text.text), wholeActs(text, part, acts));

const wholeActs = (text: CutText, part: PartOfResult, acts: PartActs): HTMLElement =>
  actsView(part, ["copyPart", "openPart", "savePart"], acts, text);

export const durationText = (ms: number): string =>
  ms < 1000
    ? `${Math.round(ms)} ms`
    : ms < 60_000
      ? `${(ms / 1000).toFixed(1)} s`
      : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
