import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { callerHasEchoes, hostHasEcho } from "./support/echoServed.ts";
import { programWorld } from "./support/program.ts";
import { type WorldTests, worldRows } from "./support/rows.ts";
import { smallReply } from "./support/smallServer.ts";

const within = (member: object) => ({ type: "object", properties: { a: member } });

/** What is odd about a tool for which a host of the official SDK loses the whole list. */
const tools: Readonly<Record<string, object>> = {
  "an outputSchema with a reference to nowhere": { outputSchema: within({ $ref: "#/$defs/ScreenInstance" }) },
  "an outputSchema with a reference elsewhere": { outputSchema: within({ $ref: "https://schemas.example/a" }) },
  "an outputSchema of the type any": { outputSchema: within({ type: "any" }) },
  "an outputSchema with a type in capitals": { outputSchema: within({ type: "String" }) },
  "an outputSchema with a pattern of PCRE": { outputSchema: within({ type: "string", pattern: "(?i)^a" }) },
  "an outputSchema with required: true": { outputSchema: within({ type: "string", required: true }) },
  "an outputSchema of draft-04": { outputSchema: { id: "https://a.example/s", ...within({ type: "string" }) } },
  "an inputSchema with properties that are true": { inputSchema: within(true as never) },
  "an inputSchema with properties that are null": { inputSchema: within(null as never) },
  "annotations that are texts": { annotations: { readOnlyHint: "true", title: 7 } },
  "icons that are an address": { icons: "https://a.example/x.png" },
  "icons without an address": { icons: [{ mimeType: "image/png" }] },
  "an execution that nobody knows": { execution: { taskSupport: "maybe" } },
};
const toolOf = (more: object) => ({ tools: [{ name: "echo", inputSchema: { type: "object" }, ...more }] });

const overGateway: WorldTests = Object.fromEntries(
  Object.entries(tools).map(([what, more]) => [
    `a gateway lists a tool with ${what}`,
    async (t: TestContext) => {
      const { gateway, start } = await programWorld(t);
      gateway.instead = ({ path, bearer, rpc }) =>
        path === "/mcp" && bearer !== undefined ? smallReply(rpc, toolOf(more)) : undefined;
      await hostHasEcho(await start());
    },
  ]),
);

const behindGateway: WorldTests = Object.fromEntries(
  Object.entries(tools).map(([what, more]) => [
    `a target over HTTP and one as a process list a tool with ${what}`,
    async (t: TestContext) => {
      await callerHasEchoes(t, toolOf(more));
    },
  ]),
);

/** A host of a small server that answers one list so. */
async function hostOfList(t: TestContext, method: string, result: object) {
  const { gateway, start } = await programWorld(t);
  gateway.instead = ({ path, bearer, rpc }) => {
    if (path !== "/mcp" || bearer === undefined) return undefined;
    if (rpc.method === method) return Response.json({ jsonrpc: "2.0", id: rpc.id, result });
    return smallReply(rpc, { introduction: { capabilities: { tools: {}, resources: {}, prompts: {} } } });
  };
  return (await start()).client;
}

/** What other lists were given, and what a host has of them: the SDK reads each with one schema. */
const others: WorldTests = {
  "a gateway lists resources without names, and with members of other types": async (t) => {
    const resources = [
      { uri: "test://a" },
      { uri: "test://b", name: 7, size: "12", mimeType: 7, annotations: { audience: "user", priority: 9 } },
    ];
    const client = await hostOfList(t, "resources/list", { resources });
    const { resources: listed } = await client.listResources();
    assert.deepEqual(
      listed.map(({ uri, name }) => [uri, name]),
      [
        ["test://a", "test://a"],
        ["test://b", "test://b"],
      ],
    );
  },
  "a gateway lists prompts with arguments of other types": async (t) => {
    const prompts = [
      { name: "a", arguments: { place: { type: "string" } } },
      { name: "b", arguments: ["place", { name: "time", required: "yes" }] },
    ];
    const client = await hostOfList(t, "prompts/list", { prompts });
    const { prompts: listed } = await client.listPrompts();
    assert.deepEqual(listed, [{ name: "a" }, { name: "b", arguments: [{ name: "time" }] }]);
  },
};

/** How servers were seen to list tools that make their hosts lose all of them. */
worldRows([
  {
    row: "G37",
    kind: 3,
    otherSide:
      "a tool with an `outputSchema` of which no validator can be made, or members of other types; a resource without a name",
    right:
      "the member is as if it were not there, and a resource is named by its address: hosts of the official SDK refuse the whole list",
    source: "gemini-cli-extensions/stitch#13 (stitch.googleapis.com), own variation of G27",
    at03c8530: "not tried; later ✗ the host refused the whole list",
    tests: { ...overGateway, ...others },
  },
  {
    row: "T25",
    kind: 3,
    otherSide: "a target that lists tools as in G37",
    right: "as there, over HTTP and as a process",
    source: "as G37",
    at03c8530: "not tried; later ✗ the caller refused the whole list, other targets' tools with it",
    tests: behindGateway,
  },
]);
