import { english, type Translate } from "../failures/translate.ts";
import { foreignLines, foreignText } from "../lib/foreignText.ts";
import { redact } from "../lib/redact.ts";
import { accessPageWords } from "./accessPageWords.ts";
import type { AccessCheck, AccessReport } from "./accessReport.ts";
import { checkStates } from "./checkStates.ts";
import { isoTime } from "./shownFinding.ts";

/** How much of a value the report has, in characters: claims of a token may be lists. */
const LONGEST_VALUE = 2_000;

/**
 * A report as Markdown that also reads well as it is: made to be pasted into a ticket.
 *
 * @param say says what stands around the report in its language
 */
export function accessReportText({ gateway, at, outcome, sections }: AccessReport, say: Translate = english): string {
  const lines = [
    `# ${say("Access to {0}", oneLine(gateway.name))}`,
    ...["", code(gateway.url), "", say("Looked at {0}.", isoTime(at, say)), ""],
  ];
  lines.push(`**${oneLine(outcome)}**`);
  for (const { title, about, checks } of sections) {
    lines.push(
      "",
      `## ${title}`,
      "",
      ...(about === undefined ? [] : [about, ""]),
      ...checks.flatMap((check) => checkLines(check, say)),
    );
  }
  return `${redact(lines.join("\n"))}\n`;
}

function checkLines({ what, state, expected, found, fix, paste, rule }: AccessCheck, say: Translate): string[] {
  const { symbol } = checkStates[state];
  const words = accessPageWords(say);
  return [
    `- ${symbol} ${words.states[state]}: ${oneLine(what)}${rule === undefined ? "" : ` (${words.rule(rule)})`}`,
    ...(expected === undefined ? [] : [`  - ${say("expected: {0}", code(expected))}`]),
    ...(found === undefined ? [] : [`  - ${say("found: {0}", code(found))}`]),
    ...(fix === undefined ? [] : [`  - ${say("to do: {0}", oneLine(fix))}`]),
    ...(paste === undefined ? [] : [`  - ${say("a rule that takes this token as it is:")}`, "", ...block(paste), ""]),
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
