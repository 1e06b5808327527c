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

test("a page that a target asks to be opened reaches callers of 2025-11-25 and later; for others the call fails", () =>
  withFiles(async ({ issuer, write }) => {
    const server = await startServer("legacy");
    try {
      const file = write("a.json", { targets: [{ name: "all", http: { url: server.url } }], exceptionLevel: "DEBUG" });
      await withProgram(["--config", file], async ({ gateways }, { logs }) => {
        const token = await issuer.token();
        const ask = async (revision: string | undefined) => {
          const response = await fetch(gateways[0]?.url ?? "", {
            method: "POST",
            headers: {
              authorization: `Bearer ${token}`,
              "content-type": "application/json",
              accept: "application/json, text/event-stream",
              ...(revision !== undefined && { "mcp-protocol-version": revision }),
            },
            body: JSON.stringify({
              ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
              params: { name: "all___needs-consent", arguments: {} },
            }),
          });
          const { error, result } = JSON.parse((await response.text()).replace(/^[\s\S]*?data: /, "")) as {
            readonly error?: { readonly code: number };
            readonly result?: { readonly isError?: boolean };
          };
          return error?.code ?? (result?.isError ? "failed" : "answered");
        };
        const revisions = ["2025-11-25", "2025-06-18", "2025-03-26", undefined];
        const found = [];
        for (const revision of revisions) found.push(await ask(revision));
        assert.deepEqual(found, [-32042, "failed", "failed", "failed"]);
        assert.match(logs.join("\n"), /needs a caller of MCP 2025-11-25/);
      });
    } finally {
      await server.stop();
    }
  }));
