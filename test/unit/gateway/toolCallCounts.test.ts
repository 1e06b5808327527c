import assert from "node:assert/strict";
import { test } from "node:test";
import { createLimits, MOST_BUCKETS } from "../../../src/gateway/limits/limits.ts";
import { toolCallCounts } from "../../../src/gateway/toolCallCounts.ts";
import { LONGEST_NAME, MOST_COUNTED_NAMES } from "../../../src/lib/limits.ts";

test("calls are counted by name, and names that are made up fill no memory", () => {
  const counts = toolCallCounts();
  for (const name of ["__proto__", "a___b", "a___b", "x".repeat(LONGEST_NAME + 1)]) counts.add(name);
  const few = Object.entries(counts.all());
  for (let at = 0; at < 2 * MOST_COUNTED_NAMES; at++) counts.add(`made up ${at}`);
  counts.add("a___b");
  const all = counts.all();
  assert.deepEqual(
    { few, names: Object.keys(all).length, known: all.a___b },
    {
      few: [
        ["__proto__", 1],
        ["a___b", 2],
      ],
      names: MOST_COUNTED_NAMES,
      known: 3,
    },
  );
});

test("limits of tools keep no more of a name than a tool can have", () => {
  const limits = createLimits({ tool: { rate: 1, period: "minute" } });
  const take = (tool: string) => limits.take({ principal: "ada", requests: 1, tools: [tool] }, 0);
  const long = "x".repeat(LONGEST_NAME);
  const first = take(`${long}1`);
  assert.deepEqual(
    [first, take(`${long}2`)?.limit, take("other"), MOST_BUCKETS > 0],
    [undefined, "tool", undefined, true],
  );
});
