import { english, type Translate } from "../failures/translate.ts";
import type { AccessCheck, AccessReport } from "./accessReport.ts";

/** One look at a gateway, told twice: for its person, and for whoever else has to read it. */
export interface ToldAccess {
  /** In the person's language. */
  readonly shown: AccessReport;
  /** In English, which models and platform teams everywhere read. */
  readonly english: AccessReport;
}

/**
 * Says a report in English, and keeps how each of its sentences reads in another language, so that one look gives both.
 *
 * What a server said, and what was cut out of a text because it was a secret, has no translation and stays as it is.
 *
 * @param translate says a sentence in the person's language
 */
export function bothLanguages(translate: Translate): {
  readonly say: Translate;
  readonly told: (report: AccessReport) => ToldAccess;
} {
  const translations = new Map<string, string>();
  const inTheirs = <T>(text: T): T | string => (typeof text === "string" ? (translations.get(text) ?? text) : text);
  const check = (one: AccessCheck): AccessCheck => {
    const { what, expected, found, fix, claims } = one;
    return {
      ...one,
      what: inTheirs(what),
      ...(expected !== undefined && { expected: inTheirs(expected) }),
      ...(found !== undefined && { found: inTheirs(found) }),
      ...(fix !== undefined && { fix: inTheirs(fix) }),
      ...(claims && {
        claims: claims.map(({ name, value }) => ({ name, ...(value !== undefined && { value: inTheirs(value) }) })),
      }),
    };
  };
  return {
    say(sentence, ...args) {
      const text = english(sentence, ...args);
      translations.set(text, translate(sentence, ...args.map(inTheirs)));
      return text;
    },
    told: (report) => ({
      english: report,
      shown: {
        ...report,
        outcome: inTheirs(report.outcome),
        sections: report.sections.map(({ title, about, checks, ...rest }) => ({
          ...rest,
          title: inTheirs(title),
          ...(about !== undefined && { about: inTheirs(about) }),
          checks: checks.map(check),
        })),
      },
    }),
  };
}
