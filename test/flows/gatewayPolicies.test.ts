import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditEntry } from "../../src/gateway/audit/auditEntry.ts";
import { prometheusMetrics } from "../../src/gateway/metrics/prometheusMetrics.ts";
import { SEARCH_TOOL } from "../../src/gateway/router/toolSearch.ts";
import { connectClient, initialize, textOf, versions, withGateway } from "../support/gatewayCaller.ts";
import { gatewayArn, rulesOf, shopPolicies, shopTarget } from "../support/policies/shopPolicies.ts";

const words = "Tool call not allowed due to policy enforcement";
const order = { orderId: "1" };
const call = (tool: string, input: object, id = 2) => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name: `shop___${tool}`, arguments: input },
});
const list = { jsonrpc: "2.0", id: 3, method: "tools/list" };
const toolsIn = (body: unknown) =>
  (body as { result: { tools: { name: string }[] } }).result.tools.map(({ name }) => name);
const resultIn = (body: unknown) => (body as { result: unknown }).result;

for (const version of versions) {
  test(`${version}: a caller sees the tools that some arguments may call, and a denied call never reaches its target`, async () => {
    const called: unknown[] = [];
    const options = { targets: [shopTarget(called)], policies: rulesOf(shopPolicies) };
    await withGateway(options, async ({ gateway, issuer, audit }) => {
      const seen = async (claims: object) => {
        const client = await connectClient(gateway.url, version, await issuer.token({ ...claims }));
        const { tools } = await client.listTools();
        const { prompts } = await client.listPrompts();
        const refund = async (input: object) =>
          textOf(await client.callTool({ name: "shop___refund", arguments: { ...order, ...input } }));
        const said = [await refund({ amount: 450 }), await refund({ amount: 1, note: "a vip" })];
        await client.close();
        return { tools: tools.map(({ name }) => name), prompts: prompts.length, said };
      };
      const [clerk, anyone] = [await seen({ role: "clerk" }), await seen({ sub: "eve" })];
      const denied = `AuthorizeActionException - Tool Execution Denied: ${words}`;
      const [forbidden = ""] = clerk.said.splice(1, 1);
      assert.match(forbidden, new RegExp(`^${denied} \\[Policy evaluation denied due to P3-\\w{10}\\]$`));
      const none = `${denied} [No policy applies to the request (denied by default).]`;
      assert.match(anyone.said.pop() ?? "", /P3-/);
      assert.deepEqual(
        { clerk, anyone, called, policies: audit.flatMap(({ policy }) => policy ?? []) },
        {
          clerk: { tools: ["shop___lookup", "shop___refund"], prompts: 1, said: ["did refund"] },
          anyone: { tools: ["shop___lookup"], prompts: 1, said: [none] },
          called: ["refund"],
          policies: [
            { mode: "ENFORCE", decision: "allow", policies: ["P2"] },
            { mode: "ENFORCE", decision: "deny", policies: ["P3"] },
            { mode: "ENFORCE", decision: "deny", policies: [] },
            { mode: "ENFORCE", decision: "deny", policies: ["P3"] },
          ],
        },
      );
    });
  });
}

test("the claims that count are those of the request's own token, not those with which the session was opened", () =>
  withGateway({ targets: [shopTarget()], policies: rulesOf(shopPolicies) }, async ({ issuer, post }) => {
    const clerk = await issuer.token({ role: "clerk" });
    const { session } = await post(clerk);
    const isError = async (token: string) => {
      const { body } = await post(token, call("refund", { ...order, amount: 1 }), { "mcp-session-id": session ?? "" });
      return (resultIn(body) as { isError?: boolean }).isError ?? false;
    };
    assert.deepEqual(
      [await isError(clerk), await isError(await issuer.token()), await isError(clerk)],
      [false, true, false],
    );
  }));

test("a call is judged before anybody has listed the tools", async () => {
  const called: unknown[] = [];
  const options = { targets: [shopTarget(called)], policies: rulesOf(shopPolicies) };
  await withGateway(options, async ({ issuer, post }) => {
    const token = await issuer.token();
    const results = [
      resultIn((await post(token, call("refund", { ...order, amount: 1 }))).body),
      resultIn((await post(token, call("nothing", {}))).body),
      resultIn((await post(token, call("lookup", order))).body),
    ] as { isError?: boolean }[];
    assert.deepEqual([results.map(({ isError }) => isError ?? false), called], [[true, true, false], ["lookup"]]);
  });
});

test("an engine that is LOG_ONLY lets every call pass and shows every tool, and the audit has what it would have decided", async () => {
  const options = { targets: [shopTarget()], policies: rulesOf(shopPolicies, "LOG_ONLY") };
  await withGateway(options, async ({ issuer, post, audit }) => {
    const token = await issuer.token();
    const tools = toolsIn((await post(token, list)).body);
    const { content } = resultIn((await post(token, call("refund", { ...order, amount: 1 }))).body) as {
      content: unknown;
    };
    assert.deepEqual(
      { tools, content, policies: audit.flatMap(({ policy }) => policy ?? []) },
      {
        tools: ["shop___lookup", "shop___refund"],
        content: [{ type: "text", text: "did refund" }],
        policies: [{ mode: "LOG_ONLY", decision: "deny", policies: [] }],
      },
    );
  });
});

test("without a token everybody is one user without tags, and without policies nobody is asked", () =>
  withGateway({ targets: [shopTarget()], policies: rulesOf(shopPolicies) }, async ({ post, gateway, audit }) => {
    const recorded = { targets: [shopTarget()], audit: (entry: AuditEntry) => void audit.push(entry) };
    gateway.configure({ ...recorded, policies: rulesOf(shopPolicies) });
    const first = toolsIn((await post(undefined, list)).body);
    gateway.configure(recorded);
    const second = toolsIn((await post(undefined, list)).body);
    await post(undefined, call("refund", { ...order, amount: 1 }));
    assert.deepEqual(
      { first, second, judged: audit.filter(({ policy }) => policy !== undefined).length, audited: audit.length },
      { first: ["shop___lookup"], second: ["shop___lookup", "shop___refund"], judged: 0, audited: 3 },
    );
  }));

test("search finds the tools only that the caller may call", () =>
  withGateway({ targets: [shopTarget()], searchType: "SEMANTIC", policies: rulesOf(shopPolicies) }, async (world) => {
    const search = async (claims: object) => {
      const message = { ...call("", {}), params: { name: SEARCH_TOOL, arguments: { query: "refund lookup" } } };
      const { body } = await world.post(await world.issuer.token({ ...claims }), message);
      const { structuredContent } = resultIn(body) as { structuredContent: { tools: { name: string }[] } };
      return structuredContent.tools.map(({ name }) => name).sort();
    };
    assert.deepEqual(
      [await search({}), await search({ role: "clerk" })],
      [["shop___lookup"], ["shop___lookup", "shop___refund"]],
    );
  }));

test("other policies go from the next request on in a session that is open, and ones that do not fit the tools change nothing", () =>
  withGateway({ targets: [shopTarget()], policies: rulesOf(shopPolicies) }, async ({ issuer, gateway, post }) => {
    const token = await issuer.token();
    const { session } = await post(token, initialize);
    const seen = async () => toolsIn((await post(token, list, { "mcp-session-id": session ?? "" })).body);
    const authorizer = { customJWTAuthorizer: { discoveryUrl: issuer.discoveryUrl, allowedAudience: ["api"] } };
    const take = (statements: Record<string, string>) =>
      gateway.configure({ authorizer, targets: [shopTarget()], policies: rulesOf(statements) });
    const before = await seen();
    take({
      all: `permit(principal, action in AgentCore::Action::"shop", resource == AgentCore::Gateway::"${gatewayArn}");`,
    });
    const after = await seen();
    const typo = shopPolicies.P2.replace("amount", "amuont");
    assert.throws(() => take({ typo }), /typo\.cedar:6:\d+: .*attribute `?.*amuont/);
    assert.deepEqual(
      { before, after, kept: await seen() },
      {
        before: ["shop___lookup"],
        after: ["shop___lookup", "shop___refund"],
        kept: ["shop___lookup", "shop___refund"],
      },
    );
  }));

test("a policy that does not fit the tools is named in the log with its place, and is as if it were not there", () =>
  withGateway(
    {
      targets: [shopTarget()],
      policies: rulesOf({ ...shopPolicies, P3: shopPolicies.P3.replace("context.input has note && ", "") }),
    },
    async ({ issuer, gateway, post, logged }) => {
      await gateway.checkPolicies();
      const token = await issuer.token({ role: "clerk" });
      const { isError = false } = resultIn(
        (await post(token, call("refund", { ...order, amount: 1, note: "a vip" }))).body,
      ) as { isError?: boolean };
      const left = logged.filter((line) => line.startsWith("policy left out"));
      assert.equal(isError, false);
      assert.equal(left.length, 1, `${logged}`);
      assert.match(left[0] ?? "", /P3\.cedar:5:10.*`input\.note`.*has note/);
    },
  ));

test("figures count what was decided by the policy that decided it", async () => {
  const metrics = prometheusMetrics(() => ["shop"]);
  const options = { targets: [shopTarget()], policies: rulesOf(shopPolicies), metrics };
  await withGateway(options, async ({ issuer, post, gateway }) => {
    const token = await issuer.token({ role: "clerk" });
    for (const amount of [1, 2, 500]) await post(token, call("refund", { ...order, amount }));
    const page = await (await fetch(new URL("/metrics", gateway.url))).text();
    assert.deepEqual(page.match(/^gateway_policy_decisions_total.*$/gm), [
      'gateway_policy_decisions_total{policy="P2",decision="allow",mode="ENFORCE"} 2',
      'gateway_policy_decisions_total{policy="none",decision="deny",mode="ENFORCE"} 1',
    ]);
  });
});
