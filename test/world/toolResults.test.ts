import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { connectClient } from "../support/gatewayCaller.ts";
import { startLocalGateway } from "./support/localGateway.ts";
import { programWorld } from "./support/program.ts";
import { type WorldTests, worldRows } from "./support/rows.ts";
import { smallProcess, smallReply } from "./support/smallServer.ts";

const text = (value: string) => ({ type: "text", text: value });
const long = "x".repeat(5000);
const nulls = { annotations: null, _meta: null };

interface Shape {
  readonly result: object;
  /** What the host has of it. */
  readonly has: object;
}

/** Results of a tool that hosts of the official SDK refuse, though it is plain what they say. */
const shapes: Readonly<Record<string, Shape>> = {
  "annotations and _meta that are null": {
    result: { content: [{ ...text("hello"), ...nulls }] },
    has: { content: [text("hello")] },
  },
  "null behind a long text": {
    result: {
      content: [
        { ...text(long), ...nulls },
        { ...text("b"), ...nulls },
      ],
      isError: false,
    },
    has: { content: [text(long), text("b")], isError: false },
  },
  "null in each part of many": {
    result: { content: Array.from({ length: 100 }, () => ({ ...nulls, ...text("hello") })) },
    has: { content: Array.from({ length: 100 }, () => text("hello")) },
  },
  "members that are null": {
    result: { content: [text("hello")], structuredContent: null, isError: null, _meta: null },
    has: { content: [text("hello")] },
  },
  "a resource with members that are null": {
    result: {
      content: [{ type: "resource", ...nulls, resource: { uri: "a:b", text: "hello", blob: null, mimeType: null } }],
    },
    has: { content: [{ type: "resource", resource: { uri: "a:b", text: "hello" } }] },
  },
  "a list as structuredContent": {
    result: { content: [text('[{"tag":"a"}]')], structuredContent: [{ tag: "a" }] },
    has: { content: [text('[{"tag":"a"}]')] },
  },
  "a list as structuredContent and no content": {
    result: { structuredContent: [{ tag: "a" }] },
    has: { content: [text('[{"tag":"a"}]')] },
  },
  "structuredContent and no content": {
    result: { structuredContent: { tag: "a" } },
    has: { content: [text('{"tag":"a"}')], structuredContent: { tag: "a" } },
  },
  "null as content": { result: { content: null }, has: { content: [] } },
  "a text as content": { result: { content: "hello" }, has: { content: [text("hello")] } },
  "one part as content": { result: { content: text("hello") }, has: { content: [text("hello")] } },
  "an object as content": { result: { content: { a: 1 } }, has: { content: [text('{"a":1}')] } },
  "texts as parts": { result: { content: ["a", "b"] }, has: { content: [text("a"), text("b")] } },
  "parts that are null": { result: { content: [null, text("a"), null] }, has: { content: [text("a")] } },
  "a text that is null": { result: { content: [{ type: "text", text: null }] }, has: { content: [text("")] } },
  "a part without a type": { result: { content: [{ text: "a", id: null }] }, has: { content: [text("a")] } },
  "a part of another type": {
    result: {
      content: [
        { type: "markdown", text: "# a", title: null },
        { type: "json", json: { a: 1 } },
      ],
    },
    has: { content: [text("# a"), text('{"type":"json","json":{"a":1}}')] },
  },
  "isError as a text": {
    result: { content: [text("no")], isError: "true" },
    has: { content: [text("no")], isError: true },
  },
};

/** What is as it should be, in which null means something. */
const fine: Readonly<Record<string, object>> = {
  "null in what is structured": { content: [text("a")], structuredContent: { a: null, b: [null] } },
  "null in a text": { content: [text('{"a": null}')] },
  "null in _meta": { content: [{ ...text("a"), _meta: { "own/a": null } }], _meta: { "own/b": null } },
};
const all = {
  ...shapes,
  ...Object.fromEntries(Object.entries(fine).map(([what, result]) => [what, { result, has: result }])),
};

const overGateway: WorldTests = Object.fromEntries(
  Object.entries(all).map(([what, { result, has }]) => [
    `a gateway's tool answers with ${what}`,
    async (t: TestContext) => {
      const { gateway, start } = await programWorld(t);
      gateway.instead = ({ path, bearer, rpc }) => {
        if (path !== "/mcp" || bearer === undefined) return undefined;
        return rpc.method === "tools/call" ? Response.json({ jsonrpc: "2.0", id: rpc.id, result }) : smallReply(rpc);
      };
      const { client } = await start();
      assert.deepEqual(await client.callTool({ name: "echo", arguments: {} }), has);
    },
  ]),
);

/** A process has the same reader; some show that. */
const behindGateway: WorldTests = Object.fromEntries(
  ["annotations and _meta that are null", "a list as structuredContent", "a text as content"].map((what) => [
    `a target's tool as a process answers with ${what}`,
    async (t: TestContext) => {
      const { result, has } = shapes[what] as Shape;
      const stdio = smallProcess({ set: { result } });
      // Only the result of the call is bent.
      const args = stdio.args.map((arg) => arg.replace("...bent.set", '...(method === "tools/call" && bent.set)'));
      const targets = [{ name: "one", stdio: { ...stdio, args } }];
      const gateway = await startLocalGateway(t, { authorizerType: "NONE", exceptionLevel: "DEBUG", targets });
      const client = await connectClient(gateway.url.href, "2025-11-25");
      t.after(() => client.close());
      assert.deepEqual(await client.callTool({ name: "one___echo", arguments: {} }), has);
    },
  ]),
);

/** How servers were seen to write what a tool says. */
worldRows([
  {
    row: "G38",
    kind: 3,
    otherSide:
      "a tool's result with `annotations: null` and `_meta: null`, a list or null as `structuredContent`, no `content`, or a text in its place",
    right:
      "what it says reaches the host as the revisions until 2025-11-25 have it (server/tools): what is null is as if it were not there, what is no part is a text",
    source:
      "Azure/data-api-builder#3599, usememos/memos#6022, vercel/ai#20171 (catalog.shopify.com), Effect-TS/effect#7495, alandtse/devbench#6",
    at03c8530: "not tried; later ✗ the host refused the result",
    tests: overGateway,
  },
  {
    row: "T26",
    kind: 3,
    otherSide: "a target whose tool answers as in G38",
    right: "as there",
    source: "as G38",
    at03c8530: "not tried; later ✗ the caller refused the result",
    tests: behindGateway,
  },
]);
