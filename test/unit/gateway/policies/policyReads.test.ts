import assert from "node:assert/strict";
import { test } from "node:test";
import { loadCedar } from "../../../../src/gateway/policies/loadCedar.ts";
import { readsOf } from "../../../../src/gateway/policies/policyReads.ts";

const everything = { inputs: "all", now: true };

/** What a policy with this head and this condition looks at, as far as it looks at anything. */
function reads(condition: string, head = "principal, action, resource") {
  const read = loadCedar().policyToJson(`permit(${head}) when { ${condition} };`);
  assert.equal(read.type, "success", condition);
  if (read.type !== "success") return undefined;
  const { id, tags, inputs, now } = readsOf(read.json);
  const list = (set: ReadonlySet<string> | "all") => (set === "all" ? set : [...set].sort());
  return Object.fromEntries(
    Object.entries({ id, tags: list(tags), inputs: list(inputs), now }).filter(
      ([, value]) => value !== false && [value].flat().length > 0,
    ),
  );
}

test("what a policy looks at is found in every form of Cedar's language, and where it is not plain it is everything", () => {
  const cases: Readonly<Record<string, unknown>> = {
    true: {},
    'principal.hasTag("role") && principal.getTag("team") like "*a*"': { tags: ["role", "team"] },
    'context.input.amount < 5 && context["input"]["note"] == "x"': { inputs: ["amount", "note"] },
    "context.input has note": { inputs: ["note"] },
    "context has input.note.text": { inputs: ["note"] },
    'context.input.address.city == "x"': { inputs: ["address"] },
    '[context.input.a, "b"].contains(context.input.b)': { inputs: ["a", "b"] },
    "{ x: context.input.a }.x == 1": { inputs: ["a"] },
    "if context.input has a then context.input.a == 1 else -context.input.b > 2": { inputs: ["a", "b"] },
    'decimal("1.0").lessThan(context.input.price)': { inputs: ["price"] },
    "context.input.tags.isEmpty()": { inputs: ["tags"] },
    'context.system.now < datetime("2026-11-27")': { now: true },
    'context has system.now && principal.id == "ada"': { id: true, now: true },
    'principal == AgentCore::OAuthUser::"ada"': { id: true },
    "principal is AgentCore::IamEntity": { id: true },
    "context.input == { a: 1 }": everything,
    "context has other": everything,
    'context.input.a == "x" && context == { a: 1 }': everything,
    "(if true then context.input else context.input).a == 1": everything,
    "principal.hasTag(context.input.name)": { tags: "all", id: true, inputs: ["name"] },
    '(if true then principal else principal).hasTag("role")': { tags: "all", id: true },
  };
  // A set of literals names what looks like variables, and is none.
  assert.deepEqual(reads('["context", "principal"].contains("x")'), {});
  assert.deepEqual(Object.fromEntries(Object.keys(cases).map((condition) => [condition, reads(condition)])), cases);
});

test("the head of a policy looks at the caller's id where it names one", () => {
  const heads: Readonly<Record<string, unknown>> = {
    "principal, action, resource": {},
    "principal is AgentCore::OAuthUser, action, resource": {},
    'principal == AgentCore::OAuthUser::"ada", action, resource': { id: true },
    'principal in AgentCore::OAuthUser::"ada", action, resource': { id: true },
    'principal is AgentCore::OAuthUser in AgentCore::OAuthUser::"ada", action, resource': { id: true },
  };
  assert.deepEqual(Object.fromEntries(Object.keys(heads).map((head) => [head, reads("true", head)])), heads);
});
