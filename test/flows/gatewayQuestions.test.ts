import assert from "node:assert/strict";
import { test } from "node:test";
import { connectClient, textOf, versions } from "../support/gatewayCaller.ts";
import { withFiles, withProgram } from "../support/gatewayProgram.ts";
import { startGateway as startServer } from "../support/relayGateways.ts";

const streaming = { streamingConfiguration: { enableResponseStreaming: true } };
const sessions = { sessionConfiguration: {} };
const configurations = { neither: {}, sessions, streaming, both: { ...sessions, ...streaming } };

for (const version of versions) {
  const mayAsk = version === "2026-07-28" ? Object.keys(configurations) : ["both"];
  test(`${version}: a target asks its caller something with ${mayAsk.join(", ")} of sessions and streaming`, () =>
    withFiles(async ({ issuer, write }) => {
      const server = await startServer("legacy");
      try {
        const asked: string[] = [];
        for (const [name, mcp] of Object.entries(configurations)) {
          const targets = [{ name: "all", http: { url: server.url } }];
          const file = write("a.json", { targets, protocolConfiguration: { mcp } });
          await withProgram(["--config", file], async ({ gateways }) => {
            const client = await connectClient(gateways[0]?.url ?? "", version, await issuer.token(), (one) =>
              one.setRequestHandler("elicitation/create", async () => {
                asked.push(name);
                return { action: "accept", content: { name: "Ada" } };
              }),
            );
            const plain = textOf(await client.callTool({ name: "all___echo", arguments: { n: 1 } }));
            await client.callTool({ name: "all___ask", arguments: {} }).catch(() => {});
            await client.close();
            assert.equal(plain, '{"n":1}');
          });
        }
        assert.deepEqual(asked, mayAsk);
      } finally {
        await server.stop();
      }
    }));
}
