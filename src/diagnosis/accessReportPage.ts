import { english, type Translate } from "../failures/translate.ts";
import { editorPage } from "../lib/editorPage.ts";
import { escapeHtml } from "../lib/escapeHtml.ts";
import { foreignLines, foreignText } from "../lib/foreignText.ts";
import { redact } from "../lib/redact.ts";
import { type AccessPageWords, accessPageWords } from "./accessPageWords.ts";
import type { AccessCheck, AccessReport, AccessSection } from "./accessReport.ts";
import { checkStates } from "./checkStates.ts";
import { isoTime } from "./shownFinding.ts";

/** What a button of the page asks for; it is posted to the extension as this word. */
export const accessPageActs = ["copy", "copyInEnglish", "again", "paste"] as const;
export type AccessPageAct = (typeof accessPageActs)[number];

const style = `
.outcome { margin: 14px 0; padding: 10px 14px; border-left: 3px solid var(--vscode-focusBorder); background: var(--vscode-textBlockQuote-background); font-weight: 600; }
.outcome.failed { border-left-color: var(--vscode-errorForeground); }
.outcome.passed { border-left-color: var(--vscode-testing-iconPassed); }
h3 { display: inline; margin: 0; font-size: 1em; font-weight: 600; overflow-wrap: anywhere; }
.checks { list-style: none; margin: 0; padding: 0; }
.check { padding: 8px 0 8px 12px; border-left: 3px solid transparent; border-top: 1px solid var(--vscode-panel-border); }
.check.failed { border-left-color: var(--vscode-errorForeground); }
.check.unknown { border-left-color: var(--vscode-editorWarning-foreground); }
.state { display: inline-block; min-width: 92px; font-weight: 600; white-space: nowrap; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 240px), 1fr)); gap: 4px 20px; margin: 6px 0 0; }
dt { color: var(--vscode-descriptionForeground); font-size: 0.9em; }
dd { margin: 0; overflow-wrap: anywhere; }
details { margin: 6px 0; border-top: 1px solid var(--vscode-panel-border); }
summary { padding: 6px 0; cursor: pointer; }
.claims { margin: 8px 0 0; }
.claims th { width: 30%; font-family: var(--vscode-editor-font-family); }
`;

/**
 * The page says that it is there: the editor can leave one blank, see `PagePanel`. Times are shown as the reader's clock has
 * them, and the page opens where something is to be mended.
 */
const script = `
const editor = acquireVsCodeApi();
editor.postMessage("ready");
for (const button of document.querySelectorAll("button")) button.addEventListener("click", () => editor.postMessage(button.value));
const format = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "short", day: "numeric", hour: "numeric", minute: "2-digit", second: "2-digit", timeZoneName: "short" });
for (const time of document.querySelectorAll("time")) {
  const moment = new Date(time.dateTime);
  if (Number.isNaN(moment.getTime())) continue;
  time.title = time.textContent;
  time.textContent = format.format(moment);
}
const first = document.querySelector(".check.failed");
if (first) {
  first.scrollIntoView({ block: "center" });
  first.focus({ preventScroll: true });
}
`;

/** How much of a value the page has, in characters: claims of a token may be lists. */
const LONGEST_VALUE = 2_000;

const shown = (text: string): string => escapeHtml(foreignText(text, LONGEST_VALUE));

/** A text with the moments in it marked, which the page shows in the reader's own time. */
const shownWithTimes = (text: string): string =>
  shown(text).replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, (moment) => `<time datetime="${moment}">${moment}</time>`);

/** A sentence of ours, in which commands and names of settings stand between backticks. */
const shownWithCode = (text: string): string => shown(text).replace(/`([^`\n]+)`/g, "<code>$1</code>");

/** Says sentences in a language, which is a tag of BCP 47. */
interface InLanguage {
  readonly say: Translate;
  readonly language: string;
  /** Whether the report is from before the window was opened, without what the token says. */
  readonly isEarlier?: boolean;
}

const inEnglish: InLanguage = { say: english, language: "en" };

/**
 * A report as a page of the editor. It may load nothing and send nothing: its own style and script are named by a nonce,
 * and whatever a server said is text.
 *
 * @param nonce made up for this one page
 * @param report in that language
 * @param inLanguage that of the page
 */
export function accessReportPage(report: AccessReport, nonce: string, inLanguage: InLanguage = inEnglish): string {
  const { gateway, at, letIn, outcome, sections } = report;
  const { say, language, isEarlier = false } = inLanguage;
  const words = accessPageWords(say);
  const acts = accessPageActs.filter((act) => act !== "copyInEnglish" || !language.startsWith("en"));
  const title = words.title(gateway.name);
  const body = `<main>
<h1>${shown(title)}</h1>
<p class="soft"><code>${shown(gateway.url)}</code>, ${shownWithTimes(words.lookedAt(isoTime(at, say)))}</p>
${isEarlier ? `<p>${shownWithTimes(words.earlier(isoTime(at, say)))}</p>\n` : ""}<p class="outcome ${letIn === undefined ? "unknown" : letIn ? "passed" : "failed"}" role="status">${shown(outcome)}</p>
<p>${acts.map((act, at) => `<button type="button" value="${act}"${at === 0 ? ' class="primary"' : ""}>${shown(words[act])}</button>`).join("")}</p>
${sections.map((section) => sectionHtml(section, words)).join("\n")}
</main>`;
  return editorPage({
    title: foreignText(title, LONGEST_VALUE),
    body: redact(body),
    nonce,
    style,
    script,
    language,
  });
}

function sectionHtml({ id, title, about, checks }: AccessSection, words: AccessPageWords): string {
  const isOpen = ({ state, claims }: AccessCheck) => state === "failed" || state === "unknown" || claims !== undefined;
  const open = checks.filter(isOpen);
  const folded = checks.filter((check) => !isOpen(check));
  return `<section aria-labelledby="${id}">
<h2 id="${id}">${shown(title)}</h2>
${about === undefined ? "" : `<p class="soft">${shownWithCode(about)}</p>`}
${listHtml(open, words)}
${folded.length === 0 ? "" : `<details><summary>${countsOf(folded, words)}</summary>${listHtml(folded, words)}</details>`}
</section>`;
}

const listHtml = (checks: readonly AccessCheck[], words: AccessPageWords): string =>
  checks.length === 0 ? "" : `<ul class="checks">\n${checks.map((check) => checkHtml(check, words)).join("\n")}\n</ul>`;

/** What is folded, in numbers: "5 passed, 2 notes". */
function countsOf(checks: readonly AccessCheck[], words: AccessPageWords): string {
  const passed = checks.filter(({ state }) => state === "passed").length;
  const notes = checks.length - passed;
  const parts = [
    ...(passed > 0
      ? [`<span aria-hidden="true">${checkStates.passed.symbol}</span> ${shown(words.passed(passed))}`]
      : []),
    ...(notes > 0 ? [shown(words.notes(notes))] : []),
  ];
  return parts.join(", ");
}

function checkHtml(check: AccessCheck, words: AccessPageWords): string {
  const { what, state, expected, found, fix, paste, claims, rule: ruleName } = check;
  const { symbol } = checkStates[state];
  const value = (name: string, text: string | undefined): string =>
    text === undefined ? "" : `<div><dt>${shown(name)}</dt><dd><code>${shownWithTimes(text)}</code></dd></div>`;
  const values = value(words.expected, expected) + (claims === undefined ? value(words.found, found) : "");
  const ruleText = ruleName === undefined ? "" : ` <span class="soft">(${shown(words.rule(ruleName))})</span>`;
  const rule =
    paste === undefined
      ? ""
      : `<p>${shown(words.accepting)}</p><pre tabindex="0"><code>${escapeHtml(foreignLines(paste).join("\n"))}</code></pre>`;
  // The first that failed gets the focus.
  const focusable = state === "failed" ? ' tabindex="-1"' : "";
  return `<li class="check ${state}"${focusable}>
<span class="state"><span aria-hidden="true">${symbol}</span> ${shown(words.states[state])}</span> <h3>${shown(what)}</h3>${ruleText}
${values === "" ? "" : `<dl>${values}</dl>`}${claims === undefined ? "" : claimsHtml(what, claims, words)}${fix === undefined ? "" : `<p><strong>${shown(words.toDo)}</strong> <span>${shownWithCode(fix)}</span></p>`}${rule}
</li>`;
}

function claimsHtml(what: string, claims: NonNullable<AccessCheck["claims"]>, words: AccessPageWords): string {
  const rows = claims.map(({ name, value }) => {
    const cell =
      value === undefined
        ? `<span class="soft">${shown(words.notShown)}</span>`
        : `<code>${shownWithTimes(value)}</code>`;
    return `<tr><th scope="row">${shown(name)}</th><td>${cell}</td></tr>`;
  });
  return `<table class="claims"><caption>${shown(what)}</caption><thead><tr><th scope="col">${shown(words.claim)}</th><th scope="col">${shown(words.value)}</th></tr></thead><tbody>${rows.join("\n")}</tbody></table>`;
}
