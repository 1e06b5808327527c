import type { EndedRun } from "../toolPage/messages.ts";
import { filled, type PageWords } from "../toolPage/pageWords.ts";
import { element } from "./dom.ts";
import { durationText } from "./result/resultView.ts";

/** How much of the arguments a line of the history has, in characters. */
const LONGEST_ARGS = 120;

/** The last runs, the newest first; one that is chosen is filled in again. */
export function historyView(runs: readonly EndedRun[], words: PageWords, choose: (run: EndedRun) => void): HTMLElement {
  const rows = [...runs]
    .reverse()
    .map((run) =>
      element(
        "li",
        {},
        element(
          "button",
          { type: "button", class: "link run", click: () => choose(run) },
          element("span", { class: "soft" }, new Date(run.at).toLocaleTimeString()),
          " ",
          element("span", {}, outcomeText(run, words)),
          " ",
          element("code", {}, shortArgs(run)),
        ),
      ),
    );
  return element(
    "details",
    { class: "history" },
    element("summary", {}, `${words.history} (${runs.length})`),
    element("p", { class: "soft" }, runs.length === 0 ? words.noHistory : words.historyHint),
    element("ol", {}, ...rows),
  );
}

function outcomeText({ outcome, ms }: EndedRun, words: PageWords): string {
  const duration = durationText(ms);
  if (outcome.kind === "cancelled") return filled(words.cancelled, duration);
  if (outcome.kind === "failed") return `✗ ${outcome.title}`;
  return `${outcome.result.isError ? `✗ ${words.toolError}` : `✓ ${words.succeeded}`}, ${duration}`;
}

function shortArgs({ args }: EndedRun): string {
  const text = JSON.stringify(args);
  return text.length > LONGEST_ARGS ? `${text.slice(0, LONGEST_ARGS)}…` : text;
}
