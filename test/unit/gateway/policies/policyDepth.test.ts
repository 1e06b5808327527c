import assert from "node:assert/strict";
import { test } from "node:test";
import { oauthPrincipal } from "../../../../src/gateway/policies/policyPrincipal.ts";
import { engineFor, gatewayArn, shopPolicies } from "../../../support/policies/shopPolicies.ts";

const policy = (condition: string) =>
  `permit(principal, action == AgentCore::Action::"shop___refund", resource == AgentCore::Gateway::"${gatewayArn}") when { ${condition} };`;

const many = (length: number, one: (at: number) => string, by: string) =>
  Array.from({ length }, (_, at) => one(at)).join(by);

/** Conditions in each way to be deep, so deep. */
const shapes: Readonly<Record<string, (depth: number) => string>> = {
  brackets: (depth) => `${"(".repeat(depth)}true${")".repeat(depth)}`,
  negations: (depth) => `${"!(".repeat(depth)}true${")".repeat(depth)}`,
  sets: (depth) => `${"[".repeat(depth)}1${"]".repeat(depth)} == [1]`,
  records: (depth) => `${"{a: ".repeat(depth)}1${"}".repeat(depth)} == {a: 1}`,
  alternatives: (depth) => many(depth, (at) => `context.input.orderId == "${at}"`, " || "),
  conjunctions: (depth) => many(depth, (at) => `context.input.orderId != "${at}"`, " && "),
  sums: (depth) => `context.input.amount ${"+ 1 ".repeat(depth)} > 0`,
  choices: (depth) => `${"if context.input.amount > 1 then ".repeat(depth)}true${" else false".repeat(depth)}`,
};

const order = { orderId: "7", amount: 2 };
const ada = oauthPrincipal({ sub: "ada" });

test("a policy too deep for Cedar's memory is refused at its place, and the others go on to decide", () => {
  for (const [name, shape] of Object.entries(shapes)) {
    for (const depth of [90, 210, 430, 790, 4900]) {
      const statement = policy(shape(depth));
      const { faults } = engineFor({ deep: statement });
      const found = faults.find(({ problem }) => problem.includes("are not evaluated here"));
      assert.ok(found && found.at > 100, `${name} ${depth}: ${JSON.stringify(faults)}`);
    }
  }
  const { engine, tools } = engineFor(shopPolicies);
  const tool = tools.get("shop___lookup");
  assert.ok(tool);
  assert.equal(engine.decide({ principal: ada, tool, input: { orderId: "1" }, now: 0 }).decision, "allow");
});

test("a policy that is deep and not too deep decides, before there are arguments too", () => {
  for (const [name, shape] of Object.entries(shapes)) {
    const depth = ["brackets", "negations", "sets", "records"].includes(name) ? 36 : 76;
    const { engine, tools, faults } = engineFor({ deep: policy(shape(depth)) });
    assert.deepEqual(faults, [], name);
    const tool = tools.get("shop___refund");
    assert.ok(tool);
    const { decision, problem, skipped } = engine.decide({ principal: ada, tool, input: order, now: 0 });
    assert.deepEqual([problem, skipped], [undefined, []], name);
    if (["alternatives", "conjunctions", "sums", "choices"].includes(name)) {
      assert.equal(decision, name === "conjunctions" ? "deny" : "allow", name);
      assert.equal(engine.foresee(tool, ada), "depends", name);
    }
    engine.close();
  }
});
