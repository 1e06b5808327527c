import type { AnyFailure, FailureCode } from "../../src/failures/failure.ts";
import { failureText } from "../../src/failures/failureText.ts";
import type { FailureText } from "../../src/failures/wording.ts";
import { everyFailure } from "../../test/support/failureSamples.ts";
import { gatewayCodes } from "./gatewayCodes.ts";

/** A message with the condition under which a code has these words, where it has several. */
interface Wording extends FailureText {
  readonly when: string;
}

/** Every code with its words, as a page: each has a heading of its own, which can be linked to. */
export function messagesPage(failures: readonly AnyFailure[] = everyFailure()): string {
  const codes = [...new Set(failures.map(({ code }) => code))];
  return [
    "<!-- Written by `npm run messages` from src/failures and the examples in test/support/failureSamples.ts. -->",
    "",
    "# Messages",
    "",
    "Each message says what happened, what was expected and what was found, and what to do next, and ends with its code. The names,",
    "addresses and numbers here are examples.",
    "",
    ...codes.flatMap((code) => entry(code, wordingsOf(failures.filter((failure) => failure.code === code)))),
    ...ofGateway(),
  ].join("\n");
}

/** What the local gateway has codes of its own for: its operator meets them, in a terminal or a log. */
function ofGateway(): string[] {
  const sections = gatewayCodes.flatMap(([where, codes]) => {
    const entries = Object.entries(codes).map(([code, { what, next }]) => `| \`${code}\` | ${what} | ${next} |`);
    return [`### In ${where}`, "", "| code | what happened | what to do |", "|---|---|---|", ...entries, ""];
  });
  return [
    "## The local gateway",
    "",
    "Its codes are for whoever runs it, or reads its log and audit ([the local gateway](gateway.md)). What is wrong with its file has no",
    "code: it is told with the place in the file, and with what was expected there.",
    "",
    ...sections,
  ];
}

function entry(code: FailureCode, wordings: readonly Wording[]): string[] {
  const lines = wordings.flatMap(({ when, title, detail, nextStep }) => [
    ...(when === "" || wordings.length === 1 ? [] : [`With ${when}:`, ""]),
    `**${escaped(title)}** ${escaped(detail)}`,
    "",
    `> ${escaped(nextStep)}`,
    "",
  ]);
  return [`## \`${code}\``, "", ...lines];
}

/** The wordings of one code, each with what to do about it once: details differ by what was found. */
function wordingsOf(failures: readonly AnyFailure[]): Wording[] {
  const found = new Map<string, Wording>();
  for (const failure of failures) {
    const text = failureText(failure);
    const key = `${text.title}\n${text.nextStep}`;
    if (!found.has(key)) found.set(key, { when: conditionOf(failure), ...text });
  }
  return [...found.values()];
}

/** What makes the words of a refusal differ: the error, the provider's own code, and whether the client has a secret. */
function conditionOf({ facts }: AnyFailure): string {
  const { error, providerCode, withSecret, minutesAhead, minutesBehind } = facts as Readonly<Record<string, unknown>>;
  const isClockWrong = typeof (minutesAhead ?? minutesBehind) === "number";
  const named = [providerCode ?? error].flatMap((one) => (typeof one === "string" && one !== "" ? [`\`${one}\``] : []));
  return [...named, ...(isClockWrong ? ["a wrong clock"] : withSecret === true ? ["a secret or key"] : [])].join(
    " and ",
  );
}

/** A text in which nothing is markup. */
const escaped = (text: string): string => text.replaceAll(/[<>*`]/g, (mark) => `\\${mark}`);
