import assert from "node:assert/strict";
import { test } from "node:test";
import { cedarValue } from "../../../../src/gateway/policies/cedarValues.ts";
import { policyDenial } from "../../../../src/gateway/policies/policyDenial.ts";
import {
  iamPrincipal,
  oauthPrincipal,
  type PolicyPrincipal,
} from "../../../../src/gateway/policies/policyPrincipal.ts";
import { engineFor, gatewayArn, shopPolicies } from "../../../support/policies/shopPolicies.ts";

const NOW = Date.parse("2026-11-27T12:00:00Z");
const anyone = oauthPrincipal({ sub: "ada" });
const clerk = oauthPrincipal({ sub: "bob", role: "clerk" });
const order = { orderId: "1" };

type Shop = ReturnType<typeof engineFor>;

/** "allow P1", "deny P3", "deny" or "failure", as the table of cases says it. */
function decided({ engine, tools }: Shop, call: string, input: unknown, principal: PolicyPrincipal): string {
  const tool = tools.get(`shop___${call}`);
  assert.ok(tool, call);
  const { decision, policies, problem } = engine.decide({ principal, tool, input, now: NOW });
  if (problem !== undefined) return `failure: ${problem}`;
  return [decision, ...policies.map(({ name }) => name)].join(" ");
}

test("the cases of AgentCore's rules are decided as Cedar decides them", () => {
  const shop = engineFor(shopPolicies);
  const cases: readonly (readonly [string, unknown, PolicyPrincipal, string])[] = [
    ["lookup", order, anyone, "allow P1"],
    ["refund", { ...order, amount: 450 }, clerk, "allow P2"],
    ["refund", { ...order, amount: 500 }, clerk, "deny"],
    ["refund", { ...order, amount: 1 }, anyone, "deny"],
    ["refund", { ...order, amount: 1, note: "a vip" }, clerk, "deny P3"],
    ["refund", order, clerk, "failure: amount is missing"],
    ["refund", { ...order, amount: "450" }, clerk, "failure: amount: expected a whole number, found a text"],
    ["refund", { ...order, amount: 1.5 }, clerk, "failure: amount: expected a whole number, found a number"],
    ["refund", { ...order, amount: 1, extra: 1 }, clerk, "failure: extra is not in the tool's schema"],
    ["refund", { ...order, amount: 1, note: null }, clerk, "allow P2"],
    ["lookup", order, iamPrincipal("arn:aws:sts::123456789012:assumed-role/R/session"), "deny"],
  ];
  assert.deepEqual(
    cases.map(([tool, input, principal]) => decided(shop, tool, input, principal)),
    cases.map(([, , , expected]) => expected),
  );
  assert.deepEqual([shop.faults, shop.unfit], [[], []]);
});

test("a policy that is LOG_ONLY decides nothing, and is named where it would have matched", () => {
  const { engine, tools } = engineFor(shopPolicies, { modes: { P2: "LOG_ONLY" } });
  const tool = tools.get("shop___refund");
  assert.ok(tool);
  const { decision, policies, logOnly } = engine.decide({
    principal: clerk,
    tool,
    input: { ...order, amount: 450 },
    now: NOW,
  });
  assert.deepEqual(
    { decision, policies, logOnly: logOnly.map(({ name }) => name) },
    { decision: "deny", policies: [], logOnly: ["P2"] },
  );
});

test("without any policy everything is denied", () => {
  assert.equal(decided(engineFor({}), "lookup", order, anyone), "deny");
});

test("a tool is shown to whoever may call it with some arguments, and the condition that is left is said", () => {
  const { engine } = engineFor(shopPolicies);
  const seen = (principal: PolicyPrincipal) =>
    ["lookup", "refund"].map((name) => {
      const { decision, residuals } = engine.before({ target: "shop", name }, principal);
      return [decision, ...residuals.map(({ policy, condition }) => `${policy.name} ${condition}`)];
    });
  const vip = 'P3 when { (context.input has note) && (context.input.note like "*vip*") }';
  assert.deepEqual(
    { clerk: seen(clerk), anyone: seen(anyone) },
    {
      clerk: [["allow"], ["depends", "P2 when { context.input.amount < 500 }", vip]],
      anyone: [["allow"], ["deny", vip]],
    },
  );
});

test("groups name all tools of a target, all tools, and everything; the time is the gateway's", () => {
  const one = `resource == AgentCore::Gateway::"${gatewayArn}"`;
  const group = (name: string, when = "") => ({
    [`in_${name}`]: `permit(principal, action in AgentCore::Action::"${name}", ${one})${when};`,
  });
  const lookup = (policies: Record<string, string>) => decided(engineFor(policies), "lookup", order, anyone);
  assert.deepEqual(
    [
      ...["shop", "CallTool", "Mcp"].map((name) => lookup(group(name))),
      lookup({ any: "permit(principal, action, resource is AgentCore::Gateway);" }),
      lookup(group("shop", ' when { context.system.now < datetime("2026-11-28") }')),
      lookup(group("shop", ' when { context.system.now > datetime("2026-11-28") }')),
    ],
    ["allow in_shop", "allow in_CallTool", "allow in_Mcp", "allow any", "allow in_shop", "deny"],
  );
});

test("a policy with a fault at run time is left out of the decision, and named", () => {
  const overflow = `permit(principal, action == AgentCore::Action::"shop___refund",
    resource == AgentCore::Gateway::"${gatewayArn}") when { context.input.amount * 9223372036854775807 > 0 };`;
  const { engine, tools } = engineFor({ overflow });
  const tool = tools.get("shop___refund");
  assert.ok(tool);
  const { decision, skipped } = engine.decide({ principal: clerk, tool, input: { ...order, amount: 2 }, now: NOW });
  assert.equal(decision, "deny");
  assert.deepEqual(
    skipped.map(({ policy }) => policy),
    ["overflow"],
  );
});

test("a denial has AgentCore's words: the forbid that decided, or that no policy applies", () => {
  const { engine, tools } = engineFor(shopPolicies);
  const tool = tools.get("shop___refund");
  assert.ok(tool);
  const said = (input: unknown) => {
    const { content, isError } = policyDenial(engine.decide({ principal: clerk, tool, input, now: NOW }));
    const [{ text }] = content as [{ text: string }];
    return [isError, text];
  };
  const words = "AuthorizeActionException - Tool Execution Denied: Tool call not allowed due to policy enforcement";
  const [isError, text] = said({ ...order, amount: 1, note: "vip" });
  assert.deepEqual(said({ ...order, amount: 500 }), [
    true,
    `${words} [No policy applies to the request (denied by default).]`,
  ]);
  assert.equal(isError, true);
  assert.match(String(text), new RegExp(`^${words} \\[Policy evaluation denied due to P3-[a-z0-9_]{10}\\]$`));
});

test("a number becomes a decimal of four places, the rest cut off, and one beyond Cedar's range fits nothing", () => {
  const text = (value: number) => {
    try {
      return (cedarValue(value, { kind: "decimal" }, "price") as { __extn: { arg: string } }).__extn.arg;
    } catch (error) {
      return (error as Error).message.replace(/, found.*/, "");
    }
  };
  const beyond = "price: expected a number that a decimal of Cedar can be";
  assert.deepEqual(
    [12_345.678_99, -1.999_99, 0.1, 7, 1e-7, -0, 922_337_203_685_476.5, 1e15, 1e21, Number.NaN].map(text),
    ["12345.6789", "-1.9999", "0.1", "7.0", "0.0", "0.0", "922337203685476.5", beyond, beyond, beyond],
  );
});
