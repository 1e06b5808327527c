import { escapeHtml } from "../../lib/escapeHtml.ts";
import { faultTable } from "../faults/namedFaults.ts";
import { type HtmlPage, htmlPage } from "./htmlPage.ts";

/** The path of the page at the identity provider. */
export const FAULTS_PATH = "/faults";

/** What can go wrong here on demand, and what is set to go wrong now. */
export function faultsPage(now: readonly string[]): HtmlPage {
  const list = (rows: readonly (readonly [string, string])[]) =>
    `<ul>${rows.map(([name, says]) => `<li><b>${escapeHtml(name)}</b><br>${escapeHtml(says)}</li>`).join("")}</ul>`;
  const set = now.length === 0 ? "Nothing is set to go wrong." : `Set now: <b>${escapeHtml(now.join(", "))}</b>.`;
  return htmlPage(
    "What can go wrong",
    `<p>${set} A fault is set with <b>--fault</b>: a step and a way, as in <b>token-lost</b>, with <b>:2</b> behind it for the
second request alone; or one of the others.</p>
<p>Steps</p>${list(faultTable.steps)}<p>Ways</p>${list(faultTable.ways)}<p>Others</p>${list(faultTable.others)}`,
  );
}
