import type { Translate } from "../failures/translate.ts";

/** What the page of a report says by itself. */
export function accessPageWords(say: Translate) {
  return {
    copy: say("Copy Report"),
    copyInEnglish: say("Copy Report in English"),
    again: say("Check Again"),
    paste: say("Paste the Gateway's Configuration…"),
    title: (gateway: string) => say("Access to {0}", gateway),
    lookedAt: (time: string) => say("looked at {0}", time),
    earlier: (time: string) =>
      say(
        "This was found at {0}, before the window was opened anew. What the token said is not kept: Check Again looks at it now.",
        time,
      ),
    states: { passed: say("passed"), failed: say("failed"), note: say("note"), unknown: say("unknown") },
    passed: (count: number) => say("{0} passed", count),
    notes: (count: number) => (count === 1 ? say("1 note") : say("{0} notes", count)),
    rule: (name: string) => say("rule {0}", name),
    expected: say("Expected"),
    found: say("Found"),
    toDo: say("To do:"),
    accepting: say("A rule that takes this token as it is:"),
    claim: say("Claim"),
    value: say("Value"),
    notShown: say("not shown"),
  };
}

export type AccessPageWords = ReturnType<typeof accessPageWords>;
