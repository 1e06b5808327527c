import { english, type Translate } from "../failures/translate.ts";
import type { AccessCheck, AccessSection, AccessSectionId } from "./accessReport.ts";

/** What hinders first comes first: with a token in hand, signing in is behind us. */
const withToken: readonly AccessSectionId[] = ["gateway", "provider", "clock", "token", "rules", "answer", "signIn"];
const withoutToken: readonly AccessSectionId[] = ["gateway", "provider", "clock", "signIn", "token", "rules", "answer"];

/** The first thing to mend, in a sentence. */
export function accessOutcome(
  sections: readonly AccessSection[],
  {
    letIn,
    hasToken,
    isOpen,
    isRenewable,
  }: {
    readonly letIn: boolean | undefined;
    readonly hasToken: boolean;
    readonly isOpen: boolean;
    /** Whether a token that has ended is renewed by itself. */
    readonly isRenewable: boolean;
  },
  say: Translate = english,
): string {
  const order = hasToken ? withToken : withoutToken;
  const failed = order.flatMap((id) =>
    sections
      .filter((section) => section.id === id)
      .flatMap(({ checks }) => checks.filter(({ state }) => state === "failed")),
  );
  const onlyEnded = failed.every(({ rule, what }) => rule === "expiry" || isAnswer(sections, what));
  if (failed.length > 0 && onlyEnded && hasToken && isRenewable && letIn !== true) {
    return say("The token has ended, and the next call renews it: nothing has to be mended.");
  }
  const [first] = failed;
  if (letIn === true) {
    return first
      ? say("The gateway takes this token; still to mend: {0}", accessSentence(first, say))
      : say("Everything passes: the gateway takes this token.");
  }
  if (first) return say("First to mend: {0}", accessSentence(first, say));
  if (isOpen) return say("The gateway has asked nobody for a token so far, and may still do so at a call.");
  if (!hasToken) return say("Nothing stands in the way of a sign-in, as far as can be seen from here.");
  return say("Nothing that was looked at failed, and the gateway's own answer says nothing about the token.");
}

const isAnswer = (sections: readonly AccessSection[], what: string): boolean =>
  sections.some(({ id, checks }) => id === "answer" && checks.some((check) => check.what === what));

/** A check in one sentence. */
export function accessSentence({ what, expected, found }: AccessCheck, say: Translate): string {
  if (expected && found) return say("{0}: expected {1}, found {2}.", what, expected, found);
  if (expected) return say("{0}: expected {1}.", what, expected);
  return found ? say("{0}: found {1}.", what, found) : say("{0}.", what);
}
