import assert from "node:assert/strict";
import { test } from "node:test";
import { ToolDenials } from "../../../../src/connections/agents/toolDenials.ts";
import { toolLook } from "../../../../src/connections/tree/itemLooks.ts";
import { type AnyFailure, type FailureFacts, GatewayFailure } from "../../../../src/failures/failure.ts";
import { failureText } from "../../../../src/failures/failureText.ts";
import { english } from "../../../../src/failures/translate.ts";
import { MOST_COUNTED_NAMES } from "../../../../src/lib/limits.ts";

const url = "https://gateway.example.com/mcp";
const fail = <C extends AnyFailure["code"]>(code: C, facts: FailureFacts[C]) =>
  new GatewayFailure(code, facts) as AnyFailure;
const denied = fail("policy_denied", { url, policy: "NoRefunds", words: "Tool Execution Denied" });
const missing = fail("aws_permission_missing", { url, permission: "bedrock-agentcore:InvokeGateway" });
const down = fail("gateway_unreachable", { url, reason: "ECONNREFUSED" });

function start() {
  let changes = 0;
  const denials = new ToolDenials({
    now: () => 7,
    onChanged: () => {
      changes += 1;
    },
  });
  const shown = (sessionId = "s") =>
    [...denials.of({ id: "g", sessionId })].map(([tool, { failure }]) => [tool, failure.code]);
  return { denials, shown, changes: () => changes };
}

test("a tool is denied until a call of it passes; a failure of another kind says nothing of it", () => {
  const { denials, shown, changes } = start();
  denials.called("g", "refund", denied);
  denials.called("g", "list", missing);
  denials.called("g", "refund", down);
  denials.called("g", "never", undefined);
  const before = shown();
  denials.called("g", "refund", undefined);
  assert.deepEqual(
    [before, shown(), changes()],
    [
      [
        ["refund", "policy_denied"],
        ["list", "aws_permission_missing"],
      ],
      [["list", "aws_permission_missing"]],
      3,
    ],
  );
});

test("what was denied is forgotten when somebody looks anew, and says nothing of somebody else", () => {
  const [one, other] = [start(), start()];
  one.denials.called("g", "refund", denied);
  one.denials.clear("g");
  other.denials.called("g", "refund", denied);
  const mine = other.shown("ada");
  assert.deepEqual([one.shown(), mine.length, other.shown("grace")], [[], 1, []]);
});

test("a denied tool shows which policy denied it, when, and what to do", () => {
  const tool = { name: "pay___refund", label: "refund", detail: "", described: "", target: "pay" };
  const marks = { isDestructive: true, isOpenWorld: false, isReadOnly: false, schema: undefined };
  const words = { say: english, time: (moment: number) => `<${moment}>`, failureWords: failureText };
  const look = (failure: AnyFailure) =>
    toolLook({ ...tool, ...marks }, { kept: undefined, invalid: [], denial: { failure, at: 7 } }, words);
  const { description, icon, context, spoken, tooltip = [] } = look(denied);
  const { nextStep } = failureText(denied);
  assert.deepEqual(
    { description, icon, context, spoken, next: tooltip.some((line) => line.replaceAll("\\", "") === nextStep) },
    {
      description: "denied at <7> by the policy NoRefunds",
      icon: "circle-slash",
      context: "tool.destructive.shown.denied",
      spoken: "Tool refund, may destroy things · denied at <7> by the policy NoRefunds",
      next: true,
    },
  );
  assert.deepEqual(
    [missing, fail("policy_denied", { url, permittedByNone: true }), fail("policy_denied", { url })].map(
      (failure) => look(failure).description,
    ),
    [
      "denied at <7>, bedrock-agentcore:InvokeGateway is missing",
      "denied at <7>, no policy permits it",
      "denied at <7>",
    ],
  );
});

test("names that are made up without end are not kept without end, and the newest stay", () => {
  const { denials, shown } = start();
  for (let at = 0; at < MOST_COUNTED_NAMES + 10; at++) denials.called("g", `tool-${at}`, denied);
  const names = shown().map(([tool]) => tool);
  assert.deepEqual(
    [names.length, names[0], names.at(-1)],
    [MOST_COUNTED_NAMES, "tool-10", `tool-${MOST_COUNTED_NAMES + 9}`],
  );
});
