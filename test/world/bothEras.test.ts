import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { makeComputer, startStandalone } from "../support/standalone/startStandalone.ts";
import { type BothEras, startBothEras } from "./support/bothEras.ts";
import { startLocalGateway } from "./support/localGateway.ts";
import { type WorldTests, worldRows } from "./support/rows.ts";

/** What a host of the earlier era answers that can be asked for a form. */
const answering = (client: Client): void =>
  client.setRequestHandler(ElicitRequestSchema, async () => ({ action: "accept", content: { name: "Ada" } }));

const capabilities = { elicitation: {} };

/** Starts the standalone for a host that can be asked something, and calls a tool; several at a time for the same computer. */
async function standaloneFor(t: TestContext, { url }: BothEras) {
  const computer = makeComputer({});
  t.after(() => computer.remove());
  return async (tool: string, mayBeAsked = true): Promise<string> => {
    const asked = mayBeAsked ? { capabilities, prepare: answering } : {};
    const standalone = await startStandalone([url, "--keychain", "off"], computer.env, asked);
    const text = await standalone.call(tool);
    await standalone.close();
    return text;
  };
}

async function gatewayFor(t: TestContext, { url }: BothEras) {
  const targets = [{ name: "a", http: { url } }];
  // Which AgentCore needs so that targets can ask.
  const mcp = {
    ...{ sessionConfiguration: { sessionTimeoutInSeconds: 3600 } },
    ...{ streamingConfiguration: { enableResponseStreaming: true } },
  };
  const gateway = await startLocalGateway(t, { authorizerType: "NONE", protocolConfiguration: { mcp }, targets });
  return async (tool: string): Promise<string> => {
    const client = new Client({ name: "some-editor", version: "1" }, { capabilities });
    answering(client);
    await client.connect(new StreamableHTTPClientTransport(gateway.url));
    const { content } = await client.callTool({ name: `a___${tool}`, arguments: {} });
    await client.close();
    return (content as { text?: string }[]).map(({ text = "" }) => text).join("\n");
  };
}

const answered = /^accept: \{"name":"Ada"\}/;

const inSession = (ways: typeof standaloneFor | typeof gatewayFor): WorldTests => ({
  "a tool that asks in a session alone asks a host of that era": async (t) => {
    const server = await startBothEras(t, { sessions: true });
    assert.match(await (await ways(t, server))("ask"), answered);
    assert.ok(server.asked.includes("tools/call legacy"));
    assert.ok(!server.asked.includes("tools/call modern"));
  },
  "where no session is opened it asks in 2026-07-28": async (t) => {
    const server = await startBothEras(t, { sessions: false });
    assert.match(await (await ways(t, server))("ask"), answered);
    assert.ok(server.asked.includes("initialize legacy"));
    assert.ok(server.asked.includes("tools/call modern"));
  },
});

/** Servers of both eras, of which those of the Python SDK say to a tool which caller it can ask. */
worldRows([
  {
    row: "G40",
    kind: 2,
    otherSide: "both eras are spoken, and a tool asks (elicitation, sampling, roots) in a session alone",
    right:
      "a host with a session that can be asked gets a session of the server, where that opens one; 2026-07-28 without, and for every other",
    source: "Python SDK 2.3.0: `ctx.elicit`, `ctx.session.create_message` and `list_roots` in the midst of a call",
    at03c8530: "not tried; later ✗ “no back-channel for server-initiated requests”, where the host alone was asked",
    tests: {
      ...inSession(standaloneFor),
      "a host that cannot be asked is connected without a session, also after one that can": async (t) => {
        const server = await startBothEras(t, { sessions: true });
        const call = await standaloneFor(t, server);
        await call("ask");
        const before = server.asked.length;
        assert.equal(await call("echo", false), "{}");
        const since = server.asked.slice(before);
        assert.ok(since.includes("tools/call modern"));
        assert.ok(!since.includes("initialize legacy"));
      },
    },
  },
  {
    row: "T28",
    kind: 2,
    otherSide: "a target that speaks both eras, as in G40",
    right: "as there",
    source: "as G40",
    at03c8530: "not tried; later ✗ as there",
    tests: inSession(gatewayFor),
  },
]);
