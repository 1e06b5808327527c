import { type CallToolResult, Server } from "@modelcontextprotocol/server";
import type { PolicyTool } from "../../../src/gateway/policies/cedarSchema.ts";
import { loadCedar } from "../../../src/gateway/policies/loadCedar.ts";
import type { Policy, PolicyRules } from "../../../src/gateway/policies/policy.ts";
import { createPolicyEngine } from "../../../src/gateway/policies/policyEngine.ts";
import { readPolicies, type WrittenPolicy } from "../../../src/gateway/policies/readPolicies.ts";
import { toolsByName } from "../../../src/gateway/policies/toolPolicies.ts";
import type { Target } from "../../../src/gateway/router/target.ts";
import { positionsIn } from "../../../src/lib/json/jsonDocument.ts";

export const gatewayArn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/shop-abcdefghij";

/** The tools of a shop: looking an order up, and paying money back. */
export const shopTools = [
  {
    name: "lookup",
    inputSchema: { type: "object", properties: { orderId: { type: "string" } }, required: ["orderId"] },
  },
  {
    name: "refund",
    inputSchema: {
      type: "object",
      properties: { orderId: { type: "string" }, amount: { type: "integer" }, note: { type: "string" } },
      required: ["orderId", "amount"],
    },
  },
];

const scope = (effect: string, tool: string) =>
  `${effect}(
  principal is AgentCore::OAuthUser,
  action == AgentCore::Action::"shop___${tool}",
  resource == AgentCore::Gateway::"${gatewayArn}"
)`;

/** P1 lets users look up, P2 lets clerks refund less than 500, P3 forbids a refund whose note names a VIP. */
export const shopPolicies = {
  P1: `${scope("permit", "lookup")};`,
  P2: `${scope("permit", "refund")} when {
  principal.hasTag("role") && principal.getTag("role") == "clerk" && context.input.amount < 500
};`,
  P3: `${scope("forbid", "refund")} when { context.input has note && context.input.note like "*vip*" };`,
};

/** The shop as a target in this process, which notes each call that reaches it. */
export function shopTarget(called: unknown[] = []): Target {
  return {
    kind: "inProcess",
    name: "shop",
    create: () => {
      const server = new Server({ name: "shop", version: "1" }, { capabilities: { tools: {}, prompts: {} } });
      server.setRequestHandler("tools/list", async () => ({
        tools: shopTools as { name: string; inputSchema: { type: "object" } }[],
      }));
      server.setRequestHandler("prompts/list", async () => ({ prompts: [{ name: "sell" }] }));
      server.setRequestHandler("tools/call", async ({ params }): Promise<CallToolResult> => {
        called.push(params.name);
        return { content: [{ type: "text", text: `did ${params.name}` }] };
      });
      return server;
    },
  };
}

/** What a gateway is told of policies. */
export const rulesOf = (
  statements: Readonly<Record<string, string>>,
  mode: PolicyRules["mode"] = "ENFORCE",
  modes: Readonly<Record<string, Policy["mode"]>> = {},
): PolicyRules => ({
  mode,
  gatewayArn,
  policies: readPolicies(written(statements, modes), gatewayArn, loadCedar()).policies,
});

/** Policies as they were written, each in a file of its own. */
export const written = (
  statements: Readonly<Record<string, string>>,
  modes: Readonly<Record<string, Policy["mode"]>> = {},
): readonly WrittenPolicy[] =>
  Object.entries(statements).map(([name, statement]) => ({
    name,
    statement,
    mode: modes[name] ?? "ACTIVE",
    place: { file: `${name}.cedar`, path: "", position: positionsIn(statement) },
  }));

/** An engine with policies for tools, which fit unless the test says otherwise. */
export function engineFor(
  statements: Readonly<Record<string, string>>,
  {
    modes = {},
    tools = { shop: shopTools },
  }: {
    readonly modes?: Readonly<Record<string, Policy["mode"]>>;
    readonly tools?: Readonly<Record<string, readonly { readonly name: string; readonly inputSchema: unknown }[]>>;
  } = {},
) {
  const cedar = loadCedar();
  const { policies, faults } = readPolicies(written(statements, modes), gatewayArn, cedar);
  const engine = createPolicyEngine({ mode: "ENFORCE", gatewayArn, policies }, cedar);
  const known = new Map<string, PolicyTool>(
    Object.entries(tools).flatMap(([target, items]) =>
      [...toolsByName(target, items)].map(([name, tool]) => [`${target}___${name}`, tool] as const),
    ),
  );
  const { faults: unfit, notes } = engine.fit([...known.values()], new Set(Object.keys(tools)));
  return { engine, faults, unfit, notes, tools: known };
}
