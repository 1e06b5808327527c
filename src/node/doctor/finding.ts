import { foreignText } from "../../lib/foreignText.ts";
import { redact } from "../../lib/redact.ts";

/** What was found of one thing on this machine. */
export interface Finding {
  readonly what: string;
  readonly state: "ok" | "note" | "problem";
  readonly found: string;
  /** What to do next; every problem has it. */
  readonly next?: string;
}

/** What was found of one subject. */
export interface FindingSection {
  readonly id: string;
  readonly title: string;
  readonly findings: readonly Finding[];
}

export const ok = (what: string, found: string): Finding => ({ what, state: "ok", found });
export const note = (what: string, found: string, next?: string): Finding => ({
  ...{ what, state: "note", found },
  ...(next !== undefined && { next }),
});
export const problem = (what: string, found: string, next: string): Finding => ({
  what,
  state: "problem",
  found,
  next,
});

export const problemsIn = (sections: readonly FindingSection[]): number =>
  sections.flatMap(({ findings }) => findings).filter(({ state }) => state === "problem").length;

/** How much of a line is told, in characters. */
const LONGEST_LINE = 500;
/** Shorter values are words that stand elsewhere too. */
const SHORTEST_SECRET = 6;
const secretName = /SECRET|TOKEN|PASSW|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE|AUTH/i;

/**
 * The same findings, made to be pasted into a ticket: each text is one line, and the value of no variable whose name speaks of
 * a secret stands in it. Nothing puts one there in the first place.
 *
 * @param env the environment that was looked at
 */
export function shareable(
  sections: readonly FindingSection[],
  env: Readonly<Record<string, string | undefined>>,
): readonly FindingSection[] {
  const secrets = Object.entries(env)
    .filter(([name, value]) => secretName.test(name) && (value ?? "").length >= SHORTEST_SECRET)
    .sort(([, one = ""], [, other = ""]) => other.length - one.length);
  const cleaned = (text: string): string =>
    redact(
      foreignText(
        secrets.reduce((rest, [name, value = ""]) => rest.replaceAll(value, `[${name}]`), text),
        LONGEST_LINE,
      ),
    );
  return sections.map(({ findings, ...section }) => ({
    ...section,
    findings: findings.map(({ what, state, found, next }) => ({
      ...{ what: cleaned(what), state, found: cleaned(found) },
      ...(next !== undefined && { next: cleaned(next) }),
    })),
  }));
}

const marks = { ok: "ok", note: "note", problem: "PROBLEM" } as const;

/** The findings for people. */
export const findingsText = (sections: readonly FindingSection[]): string =>
  sections
    .map(({ title, findings }) =>
      [
        title,
        ...findings.flatMap(({ what, state, found, next }) => [
          `  ${marks[state].padEnd(8)} ${what}: ${found}`,
          ...(next === undefined ? [] : [`           Next: ${next}`]),
        ]),
      ].join("\n"),
    )
    .join("\n\n");
