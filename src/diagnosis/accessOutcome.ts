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
): string {
  const order = hasToken ? withToken : withoutToken;
  const failed = order.flatMap((id) =>
    sections
      .filter((section) => section.id === id)
      .flatMap(({ checks }) => checks.filter(({ state }) => state === "failed")),
  );
  const onlyEnded = failed.every(({ rule, what }) => rule === "expiry" || isAnswer(sections, what));
  if (failed.length > 0 && onlyEnded && hasToken && isRenewable && letIn !== true) {
    return "The token has ended, and the next call renews it: nothing has to be mended.";
  }
  const [first] = failed;
  if (letIn === true) {
    return first
      ? `The gateway takes this token; still to mend: ${sentence(first)}`
      : "Everything passes: the gateway takes this token.";
  }
  if (first) return `First to mend: ${sentence(first)}`;
  if (isOpen) return "The gateway has asked nobody for a token so far, and may still do so at a call.";
  if (!hasToken) return "Nothing stands in the way of a sign-in, as far as can be seen from here.";
  return "Nothing that was looked at failed, and the gateway's own answer says nothing about the token.";
}

const isAnswer = (sections: readonly AccessSection[], what: string): boolean =>
  sections.some(({ id, checks }) => id === "answer" && checks.some((check) => check.what === what));

function sentence({ what, expected, found }: AccessCheck): string {
  const compared = [expected && `expected ${expected}`, found && `found ${found}`].filter(Boolean).join(", ");
  return `${what}${compared ? `: ${compared}` : ""}.`;
}
