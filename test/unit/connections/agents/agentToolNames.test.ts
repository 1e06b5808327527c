import assert from "node:assert/strict";
import { test } from "node:test";
import { hasTools } from "../../../../src/connections/agents/agentToolNames.ts";

const [production, staging] = ["Finance Gateway, production", "finance gateway (staging)"];
const inUse = (name: string) => ({ name, isInUse: true });
const idle = (name: string) => ({ name, isInUse: false });

test("a server has tools where the editor begins their names as it does for that server", () => {
  const cases: readonly [server: string, tools: readonly string[], has: boolean][] = [
    ["local-47110", [], false],
    ["local-47110", ["mcp_local-47110_whoami", "mcp_local-47110_echo"], true],
    ["local-47110", ["mcp_local-47111_whoami", "mcp_local-4711_whoami", "mcp_other_local-47110_"], false],
    // The beginning has 13 characters, of which the last give way to a number.
    [production, ["mcp_finance_gatew_whoami"], true],
    [production, ["mcp_finance_gate2_whoami"], true],
    [production, ["mcp_finance_gat12_whoami"], true],
    [production, ["mcp_finance_gate1_whoami", "mcp_finance_gate02_whoami", "mcp_finance_gateway_whoami"], false],
  ];
  assert.deepEqual(
    cases.map(([server, tools]) => hasTools(server, tools, [inUse(server), inUse("Other")])),
    cases.map(([, , has]) => has),
  );
});

test("of servers whose names begin alike one has tools where it is in use, and as many have tools as are in use", () => {
  const [first, second] = ["mcp_finance_gatew_whoami", "mcp_finance_gate2_whoami"];
  const cases: readonly [tools: readonly string[], ours: Parameters<typeof hasTools>[2], has: boolean][] = [
    // The tools are those of the other one.
    [[first], [inUse(production), idle(staging)], false],
    [[first], [inUse(production), inUse(staging)], false],
    [[first], [idle(production), inUse(staging)], true],
    [[first, second], [inUse(production), inUse(staging)], true],
    // The editor kept the tools of one that has not been started.
    [[first], [inUse(production), idle(staging), idle("Finance")], false],
  ];
  assert.deepEqual(
    cases.map(([tools, ours]) => hasTools(staging, tools, ours)),
    cases.map(([, , has]) => has),
  );
});
