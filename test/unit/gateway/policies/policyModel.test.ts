import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { iamPrincipal, oauthPrincipal } from "../../../../src/gateway/policies/policyPrincipal.ts";
import { bulk, runs } from "../../../support/bulk.ts";
import {
  type Condition,
  type ModelPolicy,
  type ModelRequest,
  modelDecision,
  modelSchema,
  policyText,
} from "../../../support/policies/policyModel.ts";
import { engineFor } from "../../../support/policies/shopPolicies.ts";

const targets = { shop: ["buy", "sell"], bank: ["pay"] };
const tools = Object.entries(targets).flatMap(([target, names]) => names.map((name) => `${target}___${name}`));
const words = ["clerk", "vip", "a", ""];
const tagNames = ["role", "team"];

const word = fc.constantFrom(...words);
const tagName = fc.constantFrom(...tagNames);
const day = fc.integer({ min: 1, max: 30 });
const amount = fc.integer({ min: -3, max: 3 });
const price = fc.integer({ min: -30_000, max: 30_000 }).map((millionths) => millionths / 1e6);

const condition = fc.letrec<{ condition: Condition }>((tie) => {
  const both = fc.tuple(tie("condition"), tie("condition"));
  return {
    condition: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.record({ kind: fc.constant("tag" as const), name: tagName, value: word }),
      fc.record({ kind: fc.constant("tagLike" as const), name: tagName, part: word }),
      fc.record({
        kind: fc.constant("amount" as const),
        op: fc.constantFrom("<", "<=", ">", ">=", "=="),
        value: amount,
      }),
      fc.record({
        kind: fc.constant("price" as const),
        op: fc.constantFrom("lessThan", "greaterThanOrEqual"),
        value: fc.integer({ min: -300, max: 300 }).map((tenThousandths) => (tenThousandths / 1e4).toFixed(4)),
      }),
      fc.record({ kind: fc.constant("note" as const), part: word }),
      fc.record({ kind: fc.constant("label" as const), value: word }),
      fc.constant({ kind: "urgent" as const }),
      fc.record({ kind: fc.constant("before" as const), day }),
      fc.record({ kind: fc.constantFrom("and" as const, "or" as const), of: both }),
      fc.record({ kind: fc.constant("not" as const), of: tie("condition") }),
    ) as fc.Arbitrary<Condition>,
  };
}).condition;

const policy: fc.Arbitrary<ModelPolicy> = fc.record({
  effect: fc.constantFrom<ModelPolicy["effect"]>("permit", "permit", "permit", "forbid"),
  principal: fc.constantFrom<ModelPolicy["principal"]>("anyone", "user", "iam", { id: "ada" }, "anyone", "user"),
  action: fc.oneof(
    fc.subarray(tools, { minLength: 1 }),
    fc.constantFrom<ModelPolicy["action"]>(
      { group: "shop" },
      { group: "bank" },
      { group: "CallTool" },
      { group: "Mcp" },
    ),
    fc.constant("all" as const),
  ),
  when: fc.option(condition, { nil: undefined }),
  unless: fc.option(condition, { nil: undefined, freq: 3 }),
});

const request: fc.Arbitrary<ModelRequest> = fc.record({
  principal: fc.oneof(
    fc.record({
      kind: fc.constant("user" as const),
      id: fc.constantFrom("ada", "bob"),
      tags: fc.dictionary(tagName, word),
    }),
    fc.constant({ kind: "iam" as const, id: "arn:aws:sts::1:assumed-role/R", tags: {} }),
  ),
  tool: fc.constantFrom(...tools),
  input: fc.record(
    { amount, price, note: word, labels: fc.array(word, { maxLength: 2 }), urgent: fc.boolean() },
    { requiredKeys: ["amount", "urgent"] },
  ) as fc.Arbitrary<ModelRequest["input"]>,
  day,
});

/** An engine with the policies, each called after its place. */
function engineOf(policies: readonly ModelPolicy[]) {
  const statements = Object.fromEntries(policies.map((one, at) => [`p${at}`, policyText(one)]));
  const listed = Object.entries(targets).map(([target, names]) => [
    target,
    names.map((name) => ({ name, inputSchema: modelSchema })),
  ]);
  return engineFor(statements, { tools: Object.fromEntries(listed) });
}

const principalOf = ({ principal: { kind, id, tags } }: ModelRequest) =>
  kind === "iam" ? iamPrincipal(id) : oauthPrincipal({ ...tags, sub: id });

test("whatever the policies and the call are, the decision and who made it are those of AgentCore's rules", () => {
  const seen = { allow: 0, deny: 0, forbidden: 0, shown: 0, hidden: 0 };
  const how = runs(1000, 25);
  fc.assert(
    fc.property(
      fc.array(policy, { maxLength: 6 }),
      fc.array(request, { minLength: 6, maxLength: 24 }),
      (policies, asked) => {
        const { engine, faults, unfit, tools: known } = engineOf(policies);
        assert.deepEqual([faults, unfit], [[], []]);
        // Twice, since what was judged once is remembered by what the policies look at.
        for (const one of [...asked, ...asked]) {
          const tool = known.get(one.tool);
          assert.ok(tool);
          const principal = principalOf(one);
          const now = Date.parse(`2026-11-${String(one.day).padStart(2, "0")}T12:00:00Z`);
          const said = engine.decide({ principal, tool, input: one.input, now });
          const by = said.policies.map(({ name }) => Number(name.slice(1))).sort((a, b) => a - b);
          const expected = modelDecision(policies, one);
          assert.deepEqual({ decision: said.decision, by, problem: said.problem }, { ...expected, problem: undefined });
          seen[expected.decision as "allow" | "deny"]++;
          if (expected.decision === "deny" && by.length > 0) seen.forbidden++;
          // A tool that may be called is never hidden, and what is certain without arguments stays so with them.
          const { decision } = engine.before(tool, principal);
          if (decision !== "depends") assert.equal(said.decision, decision);
          assert.equal(engine.foresee(tool, principal), decision);
          seen[decision === "deny" ? "hidden" : "shown"]++;
        }
        engine.close();
      },
    ),
    how,
  );
  const least = 0.3 * how.numRuns;
  for (const [what, count] of Object.entries(seen)) assert.ok(count >= least, `${what}: ${count} of ${least}`);
});

test("whatever the arguments are that do not fit the tool's schema, nothing is allowed", () => {
  const everything: ModelPolicy = {
    effect: "permit",
    principal: "anyone",
    action: "all",
    when: undefined,
    unless: undefined,
  };
  const { engine, tools: known } = engineOf([everything]);
  const tool = known.get("bank___pay");
  assert.ok(tool);
  const good = { amount: 1, price: 0.5, note: "x", labels: ["a"], urgent: true };
  const principal = oauthPrincipal({ sub: "ada" });
  const decided = (input: unknown) => engine.decide({ principal, tool, input, now: 0 });
  assert.equal(decided(good).decision, "allow");
  const types: Readonly<Record<string, (value: unknown) => boolean>> = {
    amount: (value) => Number.isSafeInteger(value),
    price: (value) => typeof value === "number" && Math.abs(value) < 9e14,
    note: (value) => typeof value === "string",
    labels: (value) => Array.isArray(value) && value.every((one) => one === null || typeof one === "string"),
    urgent: (value) => typeof value === "boolean",
  };
  let refused = 0;
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(types), "other"), fc.jsonValue(), (name, value) => {
      // What may be absent may be null, which is dropped.
      const fits = value === null ? !["amount", "urgent"].includes(name) : (types[name]?.(value) ?? false);
      const { decision, problem } = decided({ ...good, [name]: value });
      assert.deepEqual([decision, problem === undefined], fits ? ["allow", true] : ["deny", false]);
      if (!fits) refused++;
    }),
    runs(2000),
  );
  assert.ok(refused >= bulk(1000), String(refused));
});
