import { english, type Translate } from "../failures/translate.ts";
import { accessOutcome } from "./accessOutcome.ts";
import type { AccessCheck, AccessReport, AccessSectionId } from "./accessReport.ts";
import type { ToldAccess } from "./bothLanguages.ts";

/** Where a check says what is in a token, or what a server answered to it. */
const aboutToken: ReadonlySet<AccessSectionId> = new Set<AccessSectionId>(["token", "rules", "answer"]);

/**
 * A report that may be kept beyond the window: what its token says is left out, and whose it is.
 *
 * @param say the language of what is shown
 */
export function lastingReport({ shown, english: inEnglish }: ToldAccess, say: Translate): ToldAccess {
  return { shown: withoutToken(shown, say), english: withoutToken(inEnglish, english) };
}

function withoutToken(report: AccessReport, say: Translate): AccessReport {
  const sections = report.sections.map((section) =>
    aboutToken.has(section.id) ? { ...section, checks: section.checks.map(withoutValues) } : section,
  );
  const { letIn } = report;
  const outcome = accessOutcome(sections, { letIn, hasToken: true, isOpen: false, isRenewable: false }, say);
  return { ...report, sections, outcome };
}

function withoutValues({ what, state, expected, fix, rule }: AccessCheck): AccessCheck {
  return {
    ...{ what, state },
    ...(expected !== undefined && { expected }),
    ...(fix !== undefined && { fix }),
    ...(rule !== undefined && { rule }),
  };
}

/** What was kept, where it is a report; a file may hold anything. */
export function keptReport(value: unknown): ToldAccess | undefined {
  const { shown, english: inEnglish } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return isReport(shown) && isReport(inEnglish) ? { shown, english: inEnglish } : undefined;
}

const isText = (value: unknown): boolean => typeof value === "string";
const isMaybeText = (value: unknown): boolean => value === undefined || isText(value);

function isReport(value: unknown): value is AccessReport {
  const { gateway, at, outcome, sections } = (value ?? {}) as Partial<Record<keyof AccessReport, unknown>>;
  const { name, url } = (gateway ?? {}) as Readonly<Record<string, unknown>>;
  if (!isText(name) || !isText(url) || typeof at !== "number" || !isText(outcome)) return false;
  return Array.isArray(sections) && sections.every(isSection);
}

function isSection(value: unknown): boolean {
  const { id, title, about, checks } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return isText(id) && isText(title) && isMaybeText(about) && Array.isArray(checks) && checks.every(isCheck);
}

const states: readonly unknown[] = ["passed", "failed", "note", "unknown"];

function isCheck(value: unknown): boolean {
  const { what, state, claims, ...texts } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return isText(what) && states.includes(state) && claims === undefined && Object.values(texts).every(isMaybeText);
}
