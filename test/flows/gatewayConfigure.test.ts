import assert from "node:assert/strict";
import { test } from "node:test";
import type { Client } from "@modelcontextprotocol/client";
import { type CallToolResult, Server } from "@modelcontextprotocol/server";
import type { GatewayOptions } from "../../src/gateway/gatewayOptions.ts";
import type { Target } from "../../src/gateway/router/target.ts";
import { connectClient, echoTarget, textOf, versions, withGateway } from "../support/gatewayCaller.ts";
import { until } from "../support/until.ts";

/** A target whose one tool answers when it is let go. */
function slowTarget(name: string) {
  let letGo = () => {};
  const gone = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const calls = { begun: 0, closed: 0 };
  const target: Target = {
    kind: "inProcess",
    name,
    create: () => {
      const server = new Server({ name, version: "1" }, { capabilities: { tools: {} } });
      server.onclose = () => void calls.closed++;
      server.setRequestHandler("tools/list", async () => ({
        tools: [{ name: "wait", inputSchema: { type: "object" as const } }],
      }));
      server.setRequestHandler("tools/call", async (): Promise<CallToolResult> => {
        calls.begun++;
        await gone;
        return { content: [{ type: "text", text: "done" }] };
      });
      return server;
    },
  };
  return { target, calls, letGo };
}

const toolNames = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name);

for (const version of versions) {
  test(`a gateway goes on with other targets and neither ends a ${version} caller nor drops its calls`, async () => {
    const slow = slowTarget("slow");
    const kept = echoTarget("kept");
    let options: GatewayOptions | undefined;
    await withGateway(
      ({ discoveryUrl }) => {
        options = {
          authorizer: { customJWTAuthorizer: { discoveryUrl, allowedAudience: ["api"] } },
          targets: [slow.target, kept],
        };
        return options;
      },
      async ({ gateway, issuer }) => {
        let news = 0;
        const client = await connectClient(gateway.url, version, await issuer.token(), (one) => {
          one.setNotificationHandler("notifications/tools/list_changed", () => void news++);
        });
        if (version === "2026-07-28") await client.listen({ toolsListChanged: true });
        const before = await toolNames(client);
        const call = client.callTool({ name: "slow___wait" });
        await until(() => slow.calls.begun === 1, "the call");
        gateway.configure({ ...(options as GatewayOptions), targets: [kept, echoTarget("added")] });
        const after = await toolNames(client);
        const closedBefore = slow.calls.closed;
        slow.letGo();
        const answer = textOf(await call);
        await until(() => slow.calls.closed > closedBefore, "the end of the connection to the old target");
        await until(() => news > 0, "the news of the change");
        const gone = await client.callTool({ name: "slow___wait" }).then(textOf, (error: Error) => error.message);
        const added = textOf(await client.callTool({ name: "added___echo", arguments: { a: 1 } }));
        await client.close();
        assert.deepEqual(
          { before, after, answer, gone: /Unknown tool/.test(gone), added },
          {
            before: ["slow___wait", "kept___echo", "kept___context"],
            after: ["kept___echo", "kept___context", "added___echo", "added___context"],
            answer: "done",
            gone: true,
            added: '{"a":1}',
          },
        );
      },
    );
  });
}

test("other rules go from the next request on, and wrong options leave everything as it was", async () => {
  await withGateway({}, async ({ gateway, issuer, post }) => {
    const token = await issuer.token();
    const rules = (allowedAudience: string[]) => ({
      authorizer: { customJWTAuthorizer: { discoveryUrl: issuer.discoveryUrl, allowedAudience } },
      targets: [echoTarget()],
    });
    const said = (options: GatewayOptions) => {
      try {
        gateway.configure(options);
        return "taken";
      } catch (error) {
        return (error as Error).message;
      }
    };
    const seen = [
      (await post(token)).status,
      said(rules(["another"])),
      (await post(token)).status,
      said({ ...rules(["api"]), port: gateway.port }),
      said({ ...rules(["api"]), targets: [echoTarget(), echoTarget()] }),
      (await post(token)).status,
      said(rules(["api"])),
      (await post(token)).status,
    ];
    assert.deepEqual(
      [seen, issuer.reads.discovery],
      [
        [
          ...[200, "taken", 401],
          ...["the address where the gateway listens changes with a restart only", "two targets are called here", 401],
          ...["taken", 200],
        ],
        1,
      ],
    );
  });
});

test("the metadata and the challenge name the public address, and the gateway answers under its name", async () => {
  const publicUrl = "https://tools.example.com/mcp";
  await withGateway({ publicUrl }, async ({ gateway }) => {
    const local = `http://127.0.0.1:${gateway.port}`;
    const { resource } = (await (await fetch(`${local}/.well-known/oauth-protected-resource`)).json()) as {
      resource: string;
    };
    const refused = await fetch(`${local}/mcp`, { method: "POST", body: "{}" });
    assert.deepEqual(
      [gateway.url, resource, refused.headers.get("www-authenticate")],
      [
        publicUrl,
        publicUrl,
        'Bearer error="invalid_token", resource_metadata="https://tools.example.com/.well-known/oauth-protected-resource"',
      ],
    );
  });
});
