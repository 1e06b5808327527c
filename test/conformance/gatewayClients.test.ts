import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { test } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { prepareMcpRemote } from "../../bench/mcpRemote.ts";
import { inspector } from "../support/conformance/inspector.ts";
import { echoTarget, textOf, withGateway } from "../support/gatewayCaller.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { withSandbox } from "../support/withSandbox.ts";

for (const era of ["legacy", "modern"] as const) {
  test(`the MCP Inspector, in its ${era} era, lists and calls tools through the gateway with a token`, async () => {
    await withGateway({}, async ({ gateway, issuer, audit }) => {
      const settings = { url: gateway.url, era, token: await issuer.token() };
      const list = (await inspector(settings, ["--method", "tools/list"])) as { tools: { name: string }[] };
      const call = ["--method", "tools/call", "--tool-name", "here___echo", "--tool-args-json", '{"a":1}'];
      const result = await inspector(settings, call);
      assert.deepEqual(
        {
          tools: list.tools.map(({ name }) => name),
          said: textOf(result),
          methods: new Set(audit.map(({ method }) => method)).has(era === "legacy" ? "initialize" : "server/discover"),
          allowed: audit.every(({ decision }) => decision === "allowed"),
        },
        { tools: ["here___echo", "here___context"], said: '{"a":1}', methods: true, allowed: true },
      );
    });
  });

  test(`the MCP Inspector, in its ${era} era, is told to sign in when its token is no good`, async () => {
    await withGateway({}, async ({ gateway, issuer }) => {
      const token = await issuer.token({ aud: "another" });
      const refused = await inspector({ url: gateway.url, era, token }, ["--method", "tools/list"]).catch(String);
      assert.match(String(refused), /"auth_required"/);
    });
  });
}

test("mcp-remote signs in at the gateway's own challenge, and lists and calls tools", async () => {
  const folder = makeTemporaryFolder("mcp-remote");
  try {
    await withSandbox({ targets: [echoTarget()] }, async ({ gatewayUrl, observe }) => {
      const { args, env } = await prepareMcpRemote(gatewayUrl, folder);
      const client = new Client({ name: "editor", version: "1" }, { capabilities: {} });
      const inherited = Object.entries(process.env).filter((one): one is [string, string] => one[1] !== undefined);
      await client.connect(
        new StdioClientTransport({
          command: process.execPath,
          args: [...args],
          env: { ...Object.fromEntries(inherited), ...env },
          stderr: "ignore",
        }),
      );
      const { tools } = await client.listTools();
      const result = await client.callTool({ name: "here___echo", arguments: { a: 1 } });
      await client.close();
      assert.deepEqual(
        {
          listed: tools.some(({ name }) => name === "here___echo"),
          said: textOf(result),
          calls: observe().toolCalls.here___echo,
        },
        { listed: true, said: '{"a":1}', calls: 1 },
      );
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
