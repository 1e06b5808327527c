import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Workbench } from "./workbench.ts";
import type { World } from "./world.ts";

/** An MCP server over stdio with these tools, whose answer is "done". */
const serverOf = (tools: readonly object[]) => `
import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) continue;
  const result =
    method === "initialize" ? { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } }
    : method === "tools/list" ? { tools: ${JSON.stringify(tools)} }
    : { content: [{ type: "text", text: "done" }] };
  console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
}
`;

/** The file of a local gateway, in the folder that is open. */
export interface GatewayInFolder {
  readonly name: string;
  readonly tools: readonly object[];
  /** What its file has besides. */
  readonly more?: { readonly targets?: readonly object[] } & object;
}

/** Writes the file of a gateway that lets everyone in, with a target of its name. */
export async function writeGateway(world: World, { name, tools, more = {} }: GatewayInFolder): Promise<void> {
  const server = join(world.workspace, `${name}.mjs`);
  await mkdir(world.workspace, { recursive: true });
  await writeFile(server, serverOf(tools));
  const targets = [{ name, stdio: { command: process.execPath, args: [server] } }, ...(more.targets ?? [])];
  const file = { name, authorizerType: "NONE", ...more, targets };
  await writeFile(join(world.workspace, `${name}.gateway.json`), JSON.stringify(file));
}

/** Starts the gateway of a file by **Start Local Gateway…**, connects it, and gives what was said at its start. */
export async function connectLocal(workbench: Workbench, name: string): Promise<string> {
  await workbench.runCommand("Gateway Connect: Start Local Gateway…");
  await workbench.pick(`${name}.gateway.json`);
  const said = await workbench.notification(`The local gateway ${name} runs at`);
  await said.press("Connect");
  await workbench.notification("Connected to");
  await workbench.clearNotifications();
  return said.text;
}

const gatewayArn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/shop-abcdefghij";
const amount = { type: "object", properties: { amount: { type: "integer" } }, required: ["amount"] };
const cedar = [
  'permit(principal is AgentCore::OAuthUser, action in [AgentCore::Action::"shop"], resource == AgentCore::Gateway::"ARN");',
  '@id("small_refunds") forbid(principal is AgentCore::OAuthUser, action == AgentCore::Action::"shop___refund", resource == AgentCore::Gateway::"ARN") when { context.input.amount > 100 };',
]
  .join("\n")
  .replaceAll("ARN", gatewayArn);

/** A gateway whose policies forbid refunds of more than 100. */
export async function writeShop(world: World): Promise<void> {
  await writeFile(join(world.workspace, "small.cedar"), cedar);
  await writeGateway(world, {
    name: "shop",
    tools: [{ name: "refund", title: "Refund", description: "Pays back.", inputSchema: amount }],
    more: {
      ...{ gatewayArn, policyEngineConfiguration: { mode: "ENFORCE" } },
      policies: [{ file: "small.cedar" }],
    } as object,
  });
}

/** Tools of which the editor leaves one out, and calls one by another name. */
export const oddTools = [
  { name: "fine", description: "Fine.", inputSchema: { type: "object" } },
  { name: "broken", description: "Broken.", inputSchema: { type: "object", properties: { a: { type: "strin" } } } },
  { name: "of.v2", description: "Named oddly.", inputSchema: { type: "object" } },
];
