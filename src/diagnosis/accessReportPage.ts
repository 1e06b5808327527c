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
body { padding: 0 20px 32px; color: var(--vscode-foreground); background: var(--vscode-editor-background); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); line-height: 1.45; }
main { max-width: 1100px; }
h1 { font-size: 1.5em; font-weight: 600; margin: 20px 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.15em; font-weight: 600; margin: 28px 0 6px; }
p { margin: 4px 0; overflow-wrap: anywhere; }
.soft { color: var(--vscode-descriptionForeground); }
.outcome { margin: 14px 0; padding: 10px 14px; border-left: 3px solid var(--vscode-focusBorder); background: var(--vscode-textBlockQuote-background); font-weight: 600; }
.outcome.failed { border-left-color: var(--vscode-errorForeground); }
.outcome.passed { border-left-color: var(--vscode-testing-iconPassed); }
button { margin: 0 8px 8px 0; padding: 5px 12px; border: 1px solid var(--vscode-button-border, transparent); border-radius: 2px; color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); font: inherit; cursor: pointer; }
button:hover { background: var(--vscode-button-secondaryHoverBackground); }
button:first-of-type { color: var(--vscode-button-foreground); background: var(--vscode-button-background); }
button:first-of-type:hover { background: var(--vscode-button-hoverBackground); }
button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
th, td { padding: 6px 10px 6px 0; border-top: 1px solid var(--vscode-panel-border); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
thead th { border-top: 0; color: var(--vscode-descriptionForeground); font-weight: 400; font-size: 0.9em; }
tbody th { font-weight: 400; }
tr.more td { border-top: 0; padding-top: 0; }
.state { width: 84px; white-space: nowrap; }
.what { width: 30%; }
.failed .state { color: var(--vscode-errorForeground); font-weight: 600; }
.passed .state { color: var(--vscode-testing-iconPassed); }
.note .state, .unknown .state { color: var(--vscode-descriptionForeground); }
code, pre { font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); }
pre { margin: 6px 0; padding: 8px 10px; overflow-x: auto; background: var(--vscode-textCodeBlock-background); }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
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
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
  const title = `Access to ${gateway.name}`;
  const body = `<main>
<h1>${shown(title)}</h1>
<p class="soft"><code>${shown(gateway.url)}</code>, looked at ${isoTime(at)}</p>
<p class="outcome ${letIn === undefined ? "unknown" : letIn ? "passed" : "failed"}" role="status">${shown(outcome)}</p>
<p>${accessPageActs.map((act) => `<button type="button" value="${act}">${shown(buttons[act])}</button>`).join("")}</p>
${sections.map(sectionHtml).join("\n")}
</main>`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width"><title>${shown(title)}</title><style nonce="${nonce}">${style}</style></head>
<body>
${redact(body)}
<script nonce="${nonce}">${script}</script>
</body>
</html>
`;
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
