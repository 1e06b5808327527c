import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { callLimit } from "../../../../src/connections/toolRules/callLimit.ts";
import { toolJudge } from "../../../../src/connections/toolRules/keptBack.ts";
import { layersOf, type SharedRules } from "../../../../src/connections/toolRules/toolLayers.ts";
import { ToolsOfAgents } from "../../../../src/connections/toolRules/toolsOfAgents.ts";
import { type AnyFailure, isFailure } from "../../../../src/failures/failure.ts";
import { failureText } from "../../../../src/failures/failureText.ts";
import { runs } from "../../../support/bulk.ts";

const url = "https://gw.example.com/mcp";
const none: SharedRules = { user: undefined, workspace: undefined };
const tools = ["jira___search", "jira___drop", "shop___order", "shop___list"];
const readOnly = new Set(["jira___search", "shop___list"]);

/** The tools that agents have left. */
function left(own: object, shared = none): readonly string[] {
  const judge = toolJudge(layersOf({ gateways: { [url]: own } }, url, shared));
  return tools.filter((name) => judge({ name, isReadOnly: readOnly.has(name) }) === undefined);
}

const failureOf = (act: () => void): AnyFailure => {
  try {
    act();
  } catch (error) {
    if (isFailure(error)) return error;
  }
  throw new Error("no failure");
};

test("allow, deny and readOnly each keep tools back, deny before allow", () => {
  assert.deepEqual(
    [
      left({}),
      left({ tools: {} }),
      left({ tools: { allow: ["jira___*"] } }),
      left({ tools: { deny: ["*___drop", "shop___order"] } }),
      left({ tools: { allow: ["jira___*"], deny: ["jira___drop"] } }),
      left({ tools: { readOnly: true } }),
      left({ tools: { allow: [] } }),
      left({ hiddenTools: ["shop___list"], tools: { readOnly: true } }),
    ],
    [
      ...[tools, tools, ["jira___search", "jira___drop"], ["jira___search", "shop___list"], ["jira___search"]],
      ...[["jira___search", "shop___list"], [], ["jira___search"]],
    ],
  );
});

test("whatever a workspace sets, agents have no tool that they would not have without it", () => {
  const rules = fc.record(
    {
      allow: fc.array(fc.constantFrom("*", "jira___*", "shop___order", "*___list")),
      deny: fc.array(fc.constantFrom("*", "jira___*", "shop___order", "*___list"), { maxLength: 2 }),
      readOnly: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const anything = fc.oneof(rules, fc.constantFrom(null, 7, "x", [], { allow: 7 }, { deny: "*" }, { more: true }));
  let narrowed = 0;
  fc.assert(
    fc.property(rules, rules, anything, (own, user, workspace) => {
      const before = left({ tools: own }, { ...none, user });
      const after = left({ tools: own }, { user, workspace });
      narrowed += Number(after.length < before.length);
      assert.deepEqual(
        after.filter((name) => !before.includes(name)),
        [],
      );
    }),
    runs(2_000),
  );
  assert.ok(narrowed > 10, `${narrowed} narrowed`);
});

test("a call that is kept back names the rule and where it is set, and a tool that a person hid says so", () => {
  const set = { [url]: { hiddenTools: ["a"], tools: { deny: ["b*"], allow: ["*"], readOnly: true } } };
  const agents = new ToolsOfAgents("Tools", () =>
    layersOf({ gateways: set }, url, { user: { allow: ["a", "b1", "c", "e"] }, workspace: { deny: ["e"] } }),
  );
  const facts = ["a", "b1", "c", "d", "e"].map((tool) => {
    const { code, facts: all } = failureOf(() =>
      agents.callRules().check(tool, { name: tool, annotations: { readOnlyHint: tool === "d" || tool === "e" } }),
    );
    const { gateway: _, tool: __, ...rest } = all as Record<string, unknown>;
    return [code, rest];
  });
  const place = `gatewayConnect.gateways \u203a ${url} \u203a tools`;
  assert.deepEqual(facts, [
    ["tool_hidden", {}],
    ["tool_ruled_out", { pattern: "b*", setting: `${place} \u203a deny` }],
    ["tool_ruled_out", { setting: `${place} \u203a readOnly`, onlyReads: true }],
    ["tool_ruled_out", { setting: "gatewayConnect.tools \u203a allow" }],
    ["tool_ruled_out", { pattern: "e", setting: "gatewayConnect.tools \u203a workspace \u203a deny" }],
  ]);
  // Only what says so of itself is read-only, and a tool that nobody listed says nothing.
  assert.deepEqual(
    [agents.callRules().needsTool, failureOf(() => agents.callRules().check("c", undefined)).code],
    [true, "tool_ruled_out"],
  );
});

test("rules that cannot be used leave agents nothing, and every fault is told with its place", () => {
  const set = { [url]: { tools: { deny: "b", readOnly: "yes", more: 1 }, timeout: { "*": 0, a: 5, b: "9" } } };
  const agents = new ToolsOfAgents("Tools", () =>
    layersOf({ gateways: set }, url, { user: 7, workspace: { allow: [""] } }),
  );
  const failure = failureOf(() => agents.callRules().check("a", undefined));
  const shown = agents.shown("tools/list", [{ name: "a" }, { name: "b" }]);
  assert.ok(isFailure(failure, "tool_rules_invalid"));
  assert.deepEqual(
    [shown, failure.facts.faults.map(({ place, fault }) => `${place.split(" \u203a ").slice(-2).join("/")} ${fault}`)],
    [
      [],
      [
        ...["tools/deny patterns", "tools/readOnly yesOrNo", "tools/more unknown", "gatewayConnect.tools rules"],
        ...["workspace/allow patterns", "timeout/* seconds", "timeout/b seconds"],
      ],
    ],
  );
  assert.match(failureText(failure as AnyFailure).detail, /tools › deny: Expected a list.*timeout › b: Expected whole/);
});

test("a list in which nothing is kept back is the same list, and other lists are left alone", () => {
  const agents = new ToolsOfAgents("Tools", () =>
    layersOf({ gateways: { [url]: { tools: { deny: ["b"] } } } }, url, none),
  );
  const items = [{ name: "a" }];
  assert.deepEqual(
    [agents.shown("tools/list", items) === items, agents.shown("prompts/list", [{ name: "b" }])],
    [true, [{ name: "b" }]],
  );
});

test("the limit of a tool is its own, else that of the longest pattern, else that of all", () => {
  const of = (timeout: unknown) => (tool: string) => {
    const limit = callLimit(tool, layersOf({ gateways: { [url]: { timeout } } }, url, none));
    return limit && [limit.seconds, limit.place.split(" \u203a ").slice(2).join("/")];
  };
  const limits = of({ "*": 60, "jira___*": 10, jira___search: 5, "*h": 7 });
  assert.deepEqual(
    [
      ...["jira___search", "jira___drop", "shop___order"].map(limits),
      of(30)("a"),
      of(undefined)("a"),
      of({ b: 1 })("a"),
    ],
    [[5, "timeout/jira___search"], [10, "timeout/jira___*"], [60, "timeout/*"], [30, "timeout"], undefined, undefined],
  );
});
