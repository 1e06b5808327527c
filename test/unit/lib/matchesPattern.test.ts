import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { matchesPattern } from "../../../src/lib/matchesPattern.ts";
import { runs } from "../../support/bulk.ts";

test("a star is anything, also nothing, and all else is itself", () => {
  const cases: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
    ["jira___drop", "jira___drop", true],
    ["jira___drop", "jira___drop2", false],
    ["jira___*", "jira___", true],
    ["jira___*", "jira___drop", true],
    ["*___drop", "jira___drop", true],
    ["*drop*", "drop", true],
    ["*", "", true],
    ["", "", true],
    ["", "a", false],
    ["a.c", "abc", false],
    ["Jira*", "jira___drop", false],
    ["a*b*c", "a-b-b-c", true],
    ["a*b*c", "a-b-b", false],
  ];
  assert.deepEqual(
    cases.map(([pattern, text]) => matchesPattern(pattern, text)),
    cases.map(([, , matches]) => matches),
  );
});

test("it agrees with a regular expression, and takes no long time for any pattern", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 12 });
  let matched = 0;
  fc.assert(
    fc.property(letters, fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 }), (pattern, text) => {
      const expected = new RegExp(`^${pattern.replaceAll("*", "[ab]*")}$`).test(text);
      matched += Number(expected);
      assert.equal(matchesPattern(pattern, text), expected);
    }),
    runs(2_000),
  );
  assert.ok(matched > 10, `${matched} matched`);
  assert.equal(matchesPattern(`${"*a".repeat(200)}b`, "a".repeat(5_000)), false);
});
