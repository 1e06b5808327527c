import assert from "node:assert/strict";
import { test } from "node:test";
import { loadCedar } from "../../../../src/gateway/policies/loadCedar.ts";
import { createPolicyEngine } from "../../../../src/gateway/policies/policyEngine.ts";
import { policyHalves } from "../../../../src/gateway/policies/policyHalves.ts";
import {
  oauthPrincipal,
  type PolicyPrincipal,
  principalEntity,
} from "../../../../src/gateway/policies/policyPrincipal.ts";
import { toolsByName } from "../../../../src/gateway/policies/toolPolicies.ts";
import { engineFor, gatewayArn, rulesOf, shopTools } from "../../../support/policies/shopPolicies.ts";

const head = (effect: string) =>
  `${effect}(principal, action == AgentCore::Action::"shop___refund", resource == AgentCore::Gateway::"${gatewayArn}")`;
const role = (name: string) => `principal.hasTag("role") && principal.getTag("role") == "${name}"`;

/** Conditions in which the caller comes first, last, in between, with faults, and not at all. */
const conditions = [
  "",
  `when { ${role("clerk")} }`,
  `when { ${role("clerk")} && context.input.amount < 5 }`,
  `when { context.input.amount < 5 && ${role("clerk")} }`,
  `when { ${role("clerk")} } when { context.input.amount < 5 } unless { principal.id == "bob" }`,
  `unless { ${role("clerk")} } when { context.input.amount < 5 }`,
  `when { ${role("clerk")} || context.input.amount < 5 }`,
  `when { !(${role("clerk")}) && context.input.amount < 5 }`,
  `when { if ${role("clerk")} then context.input.amount < 5 else context.input.amount > 5 }`,
  'when { principal.getTag("role") == "clerk" && context.input.amount < 5 }',
  'when { context.input.amount < 5 && principal.getTag("role") == "clerk" }',
  `when { ${role("clerk")} && context.input.amount * 9223372036854775807 > 0 }`,
  `when { ${role("clerk")} && context.input.amount < 9223372036854775807 }`,
  `when { action in AgentCore::Action::"shop" && ${role("clerk")} && context.input.amount < 5 }`,
  `when { resource == AgentCore::Gateway::"${gatewayArn}" && ${role("clerk")} }`,
  'when { principal is AgentCore::OAuthUser && principal == AgentCore::OAuthUser::"ada" && context.input has note }',
  'when { ["principal"].contains("context") && context.input.amount < 5 }',
];

const policies = Object.fromEntries(
  ["permit", "forbid"].flatMap((effect) =>
    conditions.map((condition, at) => [`${effect}${at}`, `${head(effect)} ${condition};`]),
  ),
);

const callers = [
  oauthPrincipal({ sub: "ada" }),
  oauthPrincipal({ sub: "ada", role: "clerk" }),
  oauthPrincipal({ sub: "bob", role: "clerk" }),
  oauthPrincipal({ sub: "cyd", role: "chief" }),
];
const tool = toolsByName("shop", shopTools).get("refund");
const inputs = [
  { orderId: "1", amount: 1 },
  { orderId: "1", amount: 9, note: "x" },
];

/** What Cedar says of one policy with its whole statement. */
function whole(statement: string, principal: PolicyPrincipal, input: object) {
  const answer = loadCedar().isAuthorized({
    principal: { type: principal.type, id: principal.id },
    action: { type: "AgentCore::Action", id: "shop___refund" },
    resource: { type: "AgentCore::Gateway", id: gatewayArn },
    context: { input: input as never },
    entities: [
      principalEntity(principal),
      {
        uid: { type: "AgentCore::Action", id: "shop___refund" },
        attrs: {},
        parents: [{ type: "AgentCore::Action", id: "shop" }],
      },
    ],
    policies: { staticPolicies: { it: statement } },
  });
  assert.equal(answer.type, "success");
  if (answer.type !== "success") return undefined;
  const { decision, diagnostics } = answer.response;
  return [decision, diagnostics.reason.length > 0, diagnostics.errors.length];
}

test("a policy whose caller is asked about first says what it says as a whole, faults included", () => {
  let divided = 0;
  const seen = new Set<string>();
  for (const [name, statement] of Object.entries(policies)) {
    // Not held against the tools, so that those with a fault at run time are in effect.
    const engine = createPolicyEngine(rulesOf({ [name]: statement }), loadCedar());
    const read = engine.rules.policies[0];
    assert.ok(read, name);
    if (policyHalves(read.json, loadCedar()) !== undefined) divided++;
    assert.ok(tool);
    for (const principal of callers) {
      for (const input of inputs) {
        const { decision, policies: by, skipped } = engine.decide({ principal, tool, input, now: 0 });
        const said = [decision, by.length > 0, skipped.length];
        assert.deepEqual(
          said,
          whole(statement, principal, input),
          `${statement} ${JSON.stringify([principal, input])}`,
        );
        seen.add(JSON.stringify(said.slice(0, 2)) + (skipped.length > 0 ? " skipped" : ""));
      }
    }
    engine.close();
  }
  assert.ok(divided > conditions.length, `${divided}`);
  assert.equal(seen.size, 4, [...seen].join("; "));
});

test("a number that JavaScript has not exactly leaves a policy in one piece", () => {
  const read = loadCedar().policyToJson(`${head("permit")} when { context.input.amount < 9223372036854775807 };`);
  assert.equal(read.type, "success");
  if (read.type === "success") assert.equal(policyHalves(read.json, loadCedar()), undefined);
});

test("callers of more kinds than are kept are each judged by their own policies, however they take turns", () => {
  const kinds = 250;
  const each = Object.fromEntries(
    Array.from({ length: kinds }, (_, at) => [
      `r${at}`,
      `${head("permit")} when { ${role(`r${at}`)} && context.input.amount < 5 };`,
    ]),
  );
  const { engine, tools } = engineFor(each);
  const tool = tools.get("shop___refund");
  assert.ok(tool);
  let amount = -1e6;
  for (let turn = 0; turn < 2; turn++) {
    for (let at = 0; at < kinds; at++) {
      const principal = oauthPrincipal({ sub: "ada", role: `r${at}` });
      // Another call each time, so that none is remembered.
      const input = { orderId: "1", amount: amount++ };
      const { decision, policies: by } = engine.decide({ principal, tool, input, now: 0 });
      assert.deepEqual([decision, by.map(({ name }) => name)], ["allow", [`r${at}`]]);
    }
  }
  engine.close();
});
