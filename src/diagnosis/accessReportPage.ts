import { editorPage } from "../lib/editorPage.ts";
import { escapeHtml } from "../lib/escapeHtml.ts";
import { foreignLines, foreignText } from "../lib/foreignText.ts";
import { redact } from "../lib/redact.ts";
import type { AccessCheck, AccessReport, AccessSection } from "./accessReport.ts";
import { checkStates } from "./checkStates.ts";
import { isoTime } from "./shownFinding.ts";

/** What a button of the page asks for; it is posted to the extension as this word. */
export const accessPageActs = ["copy", "again", "paste"] as const;
export type AccessPageAct = (typeof accessPageActs)[number];

const buttons: Readonly<Record<AccessPageAct, string>> = {
  copy: "Copy Report",
  again: "Check Again",
  paste: "Paste the Gateway's Configuration…",
};

const style = `
.outcome { margin: 14px 0; padding: 10px 14px; border-left: 3px solid var(--vscode-focusBorder); background: var(--vscode-textBlockQuote-background); font-weight: 600; }
.outcome.failed { border-left-color: var(--vscode-errorForeground); }
.outcome.passed { border-left-color: var(--vscode-testing-iconPassed); }
table { table-layout: fixed; }
tr.more td { border-top: 0; padding-top: 0; }
.state { width: 84px; white-space: nowrap; }
.what { width: 30%; }
.failed .state { color: var(--vscode-errorForeground); font-weight: 600; }
.passed .state, .note .state, .unknown .state { color: var(--vscode-descriptionForeground); }
`;

const script = `
const editor = acquireVsCodeApi();
for (const button of document.querySelectorAll("button")) button.addEventListener("click", () => editor.postMessage(button.value));
`;

/** How much of a value the page has, in characters: claims of a token may be lists. */
const LONGEST_VALUE = 2_000;

const shown = (text: string): string => escapeHtml(foreignText(text, LONGEST_VALUE));

/**
 * A report as a page of the editor. It may load nothing and send nothing: its own style and script are named by a nonce,
 * and whatever a server said is text.
 *
 * @param nonce made up for this one page
 */
export function accessReportPage(report: AccessReport, nonce: string): string {
  const { gateway, at, letIn, outcome, sections } = report;
  const title = `Access to ${gateway.name}`;
  const body = `<main>
<h1>${shown(title)}</h1>
<p class="soft"><code>${shown(gateway.url)}</code>, looked at ${isoTime(at)}</p>
<p class="outcome ${letIn === undefined ? "unknown" : letIn ? "passed" : "failed"}" role="status">${shown(outcome)}</p>
<p>${accessPageActs.map((act, at) => `<button type="button" value="${act}"${at === 0 ? ' class="primary"' : ""}>${shown(buttons[act])}</button>`).join("")}</p>
${sections.map(sectionHtml).join("\n")}
</main>`;
  return editorPage({
    title: foreignText(title, LONGEST_VALUE),
    body: redact(body),
    nonce,
    style,
    script: { text: script },
  });
}

function sectionHtml({ id, title, about, checks }: AccessSection): string {
  return `<section aria-labelledby="${id}">
<h2 id="${id}">${shown(title)}</h2>
${about === undefined ? "" : `<p class="soft">${shown(about)}</p>`}
<table><caption>${shown(title)}</caption>
<thead><tr><th scope="col" class="state">State</th><th scope="col" class="what">What</th><th scope="col">Expected</th><th scope="col">Found</th></tr></thead>
<tbody>
${checks.map(checkHtml).join("\n")}
</tbody></table>
</section>`;
}

function checkHtml({ what, state, expected, found, fix, paste, rule: ruleName }: AccessCheck): string {
  const { symbol, word } = checkStates[state];
  const value = (text: string | undefined): string => (text === undefined ? "" : `<code>${shown(text)}</code>`);
  const row = `<tr class="${state}"><td class="state"><span aria-hidden="true">${symbol}</span> ${word}</td><th scope="row" class="what">${shown(what)}${ruleName === undefined ? "" : ` <span class="soft">(rule ${ruleName})</span>`}</th><td>${value(expected)}</td><td>${value(found)}</td></tr>`;
  if (fix === undefined && paste === undefined) return row;
  const rule =
    paste === undefined
      ? ""
      : `<p>A rule that takes this token as it is:</p><pre><code>${escapeHtml(foreignLines(paste).join("\n"))}</code></pre>`;
  return `${row}
<tr class="more"><td></td><td colspan="3">${fix === undefined ? "" : `<p>To do: ${shown(fix)}</p>`}${rule}</td></tr>`;
}
