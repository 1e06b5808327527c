import { foreignLines, foreignText } from "../lib/foreignText.ts";
import { redact } from "../lib/redact.ts";
import type { AccessCheck, AccessReport } from "./accessReport.ts";
import { checkStates } from "./checkStates.ts";
import { isoTime } from "./shownFinding.ts";

/** How much of a value the report has, in characters: claims of a token may be lists. */
const LONGEST_VALUE = 2_000;

/** A report as Markdown that also reads well as it is: made to be pasted into a ticket. */
export function accessReportText({ gateway, at, outcome, sections }: AccessReport): string {
  const lines = [`# Access to ${oneLine(gateway.name)}`, "", code(gateway.url), "", `Looked at ${isoTime(at)}.`, ""];
  lines.push(`**${oneLine(outcome)}**`);
  for (const { title, about, checks } of sections) {
    lines.push("", `## ${title}`, "", ...(about === undefined ? [] : [about, ""]), ...checks.flatMap(checkLines));
  }
  return `${redact(lines.join("\n"))}\n`;
}

function checkLines({ what, state, expected, found, fix, paste, rule }: AccessCheck): string[] {
  const { symbol, word } = checkStates[state];
  return [
    `- ${symbol} ${word}: ${oneLine(what)}${rule === undefined ? "" : ` (rule ${rule})`}`,
    ...(expected === undefined ? [] : [`  - expected: ${code(expected)}`]),
    ...(found === undefined ? [] : [`  - found: ${code(found)}`]),
    ...(fix === undefined ? [] : [`  - to do: ${oneLine(fix)}`]),
    ...(paste === undefined ? [] : ["  - a rule that takes this token as it is:", "", ...block(paste), ""]),
  ];
}

const oneLine = (text: string): string => foreignText(text, LONGEST_VALUE);

/** A code span that what it holds cannot end (CommonMark, 6.1). */
function code(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const pad = runs.length > 0 ? " " : "";
  return `${fence}${pad}${oneLine(text)}${pad}${fence}`;
}

/** The text is JSON, which has no line that begins with a fence. */
const block = (text: string): string[] => ["```json", ...foreignLines(text), "```"].map((line) => `    ${line}`);
