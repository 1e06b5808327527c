import type { AnyFailure } from "./failure.ts";
import type { Translate } from "./translate.ts";

/** What a person reads about a failure. */
export interface FailureText {
  /** What happened, in one line. */
  readonly title: string;
  /** What was expected and what was found. */
  readonly detail: string;
  /** What to do next. */
  readonly nextStep: string;
}

/** The same in one paragraph. */
export const failureLine = ({ title, detail, nextStep }: FailureText): string => `${title} ${detail} ${nextStep}`;

/** Finds the words for a failure: `failureText`, in the language of whoever reads them. */
export type FailureWords = (failure: AnyFailure) => FailureText;

/** A detail with what the other side wrote about it, marked as its words. */
export const withWords = (detail: string, words: string | undefined, say: Translate): string =>
  words === undefined ? detail : say("{0} In its own words: “{1}”.", detail, words);

/** A list of names, addresses or codes as one argument of a sentence. */
export const list = (items: readonly string[], say: Translate): string =>
  items.length === 0 ? say("none") : items.join(", ");

/** What to do where the other side asks to be left alone for a while. */
export const waitText = (seconds: number | undefined, say: Translate): string | undefined =>
  seconds === undefined
    ? undefined
    : say("It asks to wait {0} seconds. Try again then; your sign-in was not changed.", seconds);
